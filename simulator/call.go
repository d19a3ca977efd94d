package simulator

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// bodyBytes is the largest body of a call: a video of 10 MB, a file of 20 MB, and room. [W96484]
const bodyBytes = 24 << 20

// call is one API call. What is in it was read before mu is taken.
type call struct {
	platform Platform
	token    *token // nil for calls that ask for one
	query    url.Values
	header   http.Header
	body     []byte
}

// apiError is a refusal, answered with status 200 as the platforms do.
type apiError struct {
	code int
	msg  string
}

func refuse(code int, msg string) *apiError { return &apiError{code: code, msg: msg} }

// download is an answer that is no JSON.
type download struct {
	contentType string
	name        string
	data        []byte
}

// operation carries out a call, with mu held. It returns a struct or map for JSON, to which errcode and errmsg are
// added, or a *download.
type operation func(*call) (any, *apiError)

// route is what a path means on each platform; the access token decides which.
type route struct {
	method string
	wecom  operation
	open   operation // on the Official Account
	// free is a call without access token.
	free operation
}

func (s *Simulator) makeOperations() map[string]route {
	return map[string]route{
		"gettoken":                          {method: "GET", free: s.getToken},
		"token":                             {method: "GET", free: s.officialToken},
		"stable_token":                      {method: "POST", free: s.stableToken},
		"getcallbackip":                     {method: "GET", wecom: addresses, open: addresses},
		"get_api_domain_ip":                 {method: "GET", wecom: addresses, open: addresses},
		"agent/get":                         {method: "GET", wecom: s.getAgent},
		"message/send":                      {method: "POST", wecom: s.sendMessage},
		"message/recall":                    {method: "POST", wecom: s.recall},
		"message/update_template_card":      {method: "POST", wecom: s.updateTemplateCard},
		"message/custom/send":               {method: "POST", open: s.sendCustom},
		"message/template/send":             {method: "POST", open: s.sendTemplate},
		"message/subscribe/bizsend":         {method: "POST", open: s.sendSubscribed},
		"template/get_all_private_template": {method: "GET", open: s.listTemplates},
		"media/upload":                      {method: "POST", wecom: s.upload, open: s.upload},
		"media/get":                         {method: "GET", wecom: s.fetch, open: s.fetch},
		"menu/create":                       {method: "POST", wecom: s.createMenu, open: s.createMenu},
		"menu/get":                          {method: "GET", wecom: s.getMenu, open: s.getMenu},
		"menu/delete":                       {method: "GET", wecom: s.deleteMenu, open: s.deleteMenu},
		"pstncc/call":                       {method: "POST", wecom: s.ringTelephones},
		"user/get":                          {method: "GET", wecom: s.getMember, open: s.listFollowers},
		"user/info":                         {method: "GET", open: s.followerInfo},
		"user/list_id":                      {method: "POST", wecom: s.listMembers},
	}
}

// addresses is where callbacks come from. [W90930]
func addresses(*call) (any, *apiError) {
	return map[string]any{"ip_list": []string{"127.0.0.1"}}, nil
}

// serveCall answers one API call, after whatever is made to go wrong with it.
func (s *Simulator) serveCall(w http.ResponseWriter, r *http.Request) {
	start := s.cfg.Now()
	path := strings.TrimPrefix(r.URL.Path, "/cgi-bin/")
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyBytes))
	if err != nil {
		http.Error(w, "body too large or cut off", http.StatusRequestEntityTooLarge)
		return
	}
	c := &call{query: r.URL.Query(), header: r.Header, body: body}
	s.mu.Lock()
	before := s.faults
	fault := s.faults.forCall(path, s.luck)
	if s.faults != before {
		s.feed.publish("state", nil)
	}
	s.mu.Unlock()
	if fault.delay > 0 && !s.sleep(fault.delay) {
		http.Error(w, "closed", http.StatusServiceUnavailable)
		return
	}

	if fault.idle {
		s.hang(r)
	}
	result, answer, contentType, status := s.fulfil(path, r, c, fault, start)
	if fault.hang {
		s.hang(r)
	}
	if fault.lose {
		panic(http.ErrAbortHandler) //nolint:forbidigo // the standard library's way to cut a connection
	}
	w.Header().Set("Content-Type", contentType)
	if b, ok := result.(*download); ok {
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": b.name}))
		http.ServeContent(w, r, "", s.cfg.Now(), bytes.NewReader(b.data)) // in pieces too [W96486]
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	if _, err := w.Write(answer); err != nil { //nolint:gosec // G705: JSON, and the browser is told not to guess
		s.cfg.Logger.Debug("answer call", "path", path, "error", err)
	}
}

// hang keeps the caller waiting until it gives up.
func (s *Simulator) hang(r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-s.ctx.Done():
	}
	panic(http.ErrAbortHandler) //nolint:forbidigo // the standard library's way to cut a connection
}

// fulfil carries a call out, or refuses it, and records it. The result is nil when it was refused.
func (s *Simulator) fulfil(path string, r *http.Request, c *call, fault apiFault, start time.Time) (
	result any, answer []byte, contentType string, status int,
) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refused := fault.err
	if status = fault.status; status == 0 {
		status = http.StatusOK
		if refused == nil {
			result, refused = s.carryOut(path, r.Method, c)
		}
	}
	answer, contentType = encode(result, refused, status)
	rec := Record{
		Platform: c.platform, Title: path, Request: requestText(r, c.body), Response: responseText(result, answer), Status: status,
		TookMS: s.milliseconds(start),
	}
	if refused != nil {
		rec.ErrCode, rec.Problem = refused.code, refused.msg
	}
	if fault.lose || fault.hang {
		rec.Status, rec.Problem = 0, "已执行，应答被丢弃（故障开关）"
	}
	s.record(rec)
	return result, answer, contentType, status
}

// carryOut finds out what the call means and whether it may be made, and carries it out.
func (s *Simulator) carryOut(path, method string, c *call) (any, *apiError) {
	route, ok := s.operations[path]
	switch {
	case !ok:
		return nil, refuse(40066, "invalid url")
	case route.method != method:
		return nil, refuse(43001, "require "+route.method+" method")
	case route.free != nil:
		return route.free(c)
	}
	var err *apiError
	if c.token, err = s.tokens.check(c.query.Get("access_token"), s.now()); err != nil {
		return nil, err
	}
	c.platform = c.token.platform
	do := route.open
	if c.platform == WeCom {
		do = route.wecom
	}
	if do == nil {
		return nil, refuse(48001, "api unauthorized")
	}
	if err := s.withinRate(c.platform, path); err != nil {
		return nil, err
	}
	if c.platform == OfficialAccount {
		if err := s.cfg.Account.mayCall(path); err != nil {
			return nil, err
		}
	}
	return do(c)
}
