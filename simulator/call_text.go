package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

var escapedChar = regexp.MustCompile(`(?:^|[^\\])(?:\\\\)*\\u[0-9a-fA-F]{4}`)

// decode reads a JSON body. Escaped characters are refused, which a JSON encoder's defaults produce. [W90455: 40033]
func (c *call) decode(into any) *apiError {
	if escapedChar.Match(c.body) {
		return refuse(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		code := 47001
		if c.platform == WeCom {
			code = 40058
		}
		return refuse(code, "data format error: "+err.Error())
	}
	return nil
}

// encode writes an answer the way the platforms do: everything with errcode and errmsg, and status 200.
func encode(result any, refused *apiError, status int) (answer []byte, contentType string) {
	const asJSON = "application/json; charset=UTF-8"
	if status != http.StatusOK {
		return []byte(http.StatusText(status)), "text/plain"
	}
	fields := map[string]any{"errcode": 0, "errmsg": "ok"}
	switch result := result.(type) {
	case *download:
		return nil, result.contentType
	case map[string]any:
		for name, value := range result {
			fields[name] = value
		}
	}
	if refused != nil {
		fields = map[string]any{"errcode": refused.code, "errmsg": refused.msg + ", hint: [simulator], from ip: 127.0.0.1"}
	}
	answer, err := json.Marshal(fields)
	if err != nil {
		return []byte(`{"errcode":-1,"errmsg":"system error"}`), asJSON
	}
	return answer, asJSON
}

func requestText(r *http.Request, body []byte) string {
	text := r.Method + " " + r.URL.Path + "?" + r.URL.RawQuery
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return fmt.Sprintf("%s\n\n(%d 字节的文件)", text, len(body))
	}
	if len(body) > 0 {
		text += "\n\n" + string(body)
	}
	return text
}

func responseText(result any, answer []byte) string {
	if b, ok := result.(*download); ok {
		return fmt.Sprintf("(%s，%d 字节)", b.contentType, len(b.data))
	}
	return string(answer)
}
