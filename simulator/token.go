package simulator

import (
	"math"
	"time"
)

const (
	// tokenLife is how long an access token is good, on both platforms. [W91039, O token]
	tokenLife = 2 * time.Hour
	// overlap is how long an Official Account's former token stays alive after a new one was fetched. [O stable_token]
	overlap = 5 * time.Minute
	// forcePause lies between two forced renewals of a stable token. [O stable_token]
	forcePause = 30 * time.Second
)

// token is an access token that was handed out.
type token struct {
	value    string
	platform Platform
	contacts bool // of WeCom's address book; it may not send messages
	calls    bool // of the app that rings telephones, and may do nothing else
	until    time.Time
	forced   time.Time
	void     bool // replaced by a later one
}

// tokens are all that were handed out.
type tokens struct {
	byValue map[string]*token
	stable  map[string]*token // the one in force, by what it is for
}

// check finds a token. [W90455, O error codes]
func (t *tokens) check(value string, now time.Time) (*token, *apiError) {
	known := t.byValue[value]
	switch {
	case value == "":
		return nil, refuse(41001, "access_token missing")
	case known == nil:
		return nil, refuse(40014, "invalid access_token")
	case now.Before(known.until):
		return known, nil
	case known.void:
		return nil, refuse(40001, "invalid credential, access_token is invalid or not latest")
	}
	return nil, refuse(42001, "access_token expired")
}

// issue makes a new token the one in force. The caller holds mu.
func (s *Simulator) issue(what string, platform Platform, contacts bool) *token {
	t := &token{value: randomName("TOKEN"), platform: platform, contacts: contacts, until: s.now().Add(tokenLife)}
	s.tokens.byValue[t.value] = t
	s.tokens.stable[what] = t
	return t
}

// tokenAnswer is what every one of the three calls answers.
func (s *Simulator) tokenAnswer(t *token) map[string]any {
	return map[string]any{"access_token": t.value, "expires_in": int(math.Ceil(t.until.Sub(s.now()).Seconds()))}
}

// getToken is WeCom's: within its life the same token is handed out again. [W91039, older copies]
func (s *Simulator) getToken(c *call) (any, *apiError) {
	c.platform = WeCom
	app := s.cfg.WeCom
	secret := c.query.Get("corpsecret")
	switch {
	case app == nil || c.query.Get("corpid") != app.CorpID:
		return nil, refuse(40013, "invalid corpid")
	case secret == "":
		return nil, refuse(41004, "corpsecret missing")
	case secret != app.Secret && secret != app.ContactSecret && secret != app.CallSecret:
		return nil, refuse(40001, "invalid credential")
	}
	what := "wecom:" + secret
	t := s.tokens.stable[what]
	if t == nil || !s.now().Before(t.until) {
		t = s.issue(what, WeCom, secret == app.ContactSecret)
		t.calls = secret == app.CallSecret
	}
	return s.tokenAnswer(t), nil
}

// officialToken is /token: every call voids the token before, which lives on for five minutes. [O token]
func (s *Simulator) officialToken(c *call) (any, *apiError) {
	c.platform = OfficialAccount
	if c.query.Get("grant_type") != "client_credential" {
		return nil, refuse(40002, "invalid grant_type")
	}
	if err := s.checkAppSecret(c.query.Get("appid"), c.query.Get("secret")); err != nil {
		return nil, err
	}
	s.replaceSoon("official")
	return s.tokenAnswer(s.issue("official", OfficialAccount, false)), nil
}

// stableToken is /stable_token: the same token until shortly before its end, unless renewal is forced. It has nothing to
// do with the tokens of /token. [O stable_token]
func (s *Simulator) stableToken(c *call) (any, *apiError) {
	c.platform = OfficialAccount
	var req struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if err := c.decode(&req); err != nil {
		return nil, err
	}
	if req.GrantType != "client_credential" {
		return nil, refuse(40002, "invalid grant_type")
	}
	if err := s.checkAppSecret(req.AppID, req.Secret); err != nil {
		return nil, err
	}
	const what = "official stable"
	t := s.tokens.stable[what]
	current := t != nil && s.now().Add(overlap).Before(t.until)
	if current && req.ForceRefresh && s.now().Sub(t.forced) < forcePause {
		return nil, refuse(45011, "api minute-quota reach limit, force_refresh too frequent")
	}
	if current && !req.ForceRefresh {
		return s.tokenAnswer(t), nil
	}
	s.replaceSoon(what)
	t = s.issue(what, OfficialAccount, false)
	if req.ForceRefresh {
		t.forced = s.now()
	}
	return s.tokenAnswer(t), nil
}

func (s *Simulator) checkAppSecret(appID, secret string) *apiError {
	switch a := s.cfg.Account; {
	case a == nil || appID != a.AppID:
		return refuse(40013, "invalid appid")
	case secret != a.Secret:
		return refuse(40001, "invalid credential")
	}
	return nil
}

// replaceSoon shortens the life of the token in force.
func (s *Simulator) replaceSoon(what string) {
	if t := s.tokens.stable[what]; t != nil {
		t.void = true
		if end := s.now().Add(overlap); end.Before(t.until) {
			t.until = end
		}
	}
}

// ExpireTokens ends every access token at once, as the platforms reserve the right to. [W91039]
func (s *Simulator) ExpireTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens.byValue {
		if now := s.now(); t.until.After(now) {
			t.until, t.void = now, false
		}
	}
}
