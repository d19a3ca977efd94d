package main

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"strings"
)

// consolePage stands where the pages of officers and administrators will be. Its one blank is filled without
// html/template, which is half a percent of the binary.
const consolePage = `<!DOCTYPE html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>工会服务管理台</title>
<style>body{font:16px/1.7 sans-serif;max-width:36em;margin:4em auto;padding:0 1em;color:#222}small{color:#666}</style>
<h1>工会服务管理台</h1>
<p>服务正在运行。网页管理台还没有做好,将在以后的版本提供。</p>
<p>现在可以这样办:工会干部在聊天里回复“待办”处理事项;管理员用命令 <code>unionbot members import</code> 导入会员名册。</p>
<p><small>unionbot VERSION</small></p>
</html>
`

// serveConsole adds /console/. prefix is the path under which a proxy shows this service.
func serveConsole(mux *http.ServeMux, prefix string, log *slog.Logger) {
	page := strings.Replace(consolePage, "VERSION", html.EscapeString(thisBuild().Version), 1)
	mux.Handle("GET /console", http.RedirectHandler(prefix+"/console/", http.StatusFound))
	mux.HandleFunc("GET /console/{$}", func(w http.ResponseWriter, _ *http.Request) {
		header := w.Header()
		header.Set("Content-Type", "text/html; charset=utf-8")
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		if _, err := io.WriteString(w, page); err != nil {
			log.Debug("write console page", "error", err)
		}
	})
}
