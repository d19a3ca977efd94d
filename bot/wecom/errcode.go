package wecom

import "github.com/unionbot/unionbot/bot/platform"

// verdicts says what WeCom's errcodes mean for a message. [W90455, PLATFORM b10] A code that is not here is a fault of
// the call.
var verdicts = platform.Table{
	-1:     platform.Retry,   // busy
	40001:  platform.Alarm,   // wrong secret or credential; a token of that kind has been refreshed once
	40007:  platform.Lost,    // media id unknown or expired
	40013:  platform.Alarm,   // bad corpid
	40014:  platform.Refresh, // token invalid
	42001:  platform.Refresh, // token expired
	40056:  platform.Alarm,   // bad agentid
	40058:  platform.Invalid, // bad argument; no errcode of its own is documented for a response_code that was used
	40091:  platform.Alarm,   // bad secret
	40201:  platform.Alarm,   // anti-spam
	42014:  platform.Used,    // task_id not usable: used before, or ill-formed, which we never send
	43004:  platform.Drop,    // receiver does not follow
	45002:  platform.Shorten, // content too long
	45009:  platform.Slow,    // frequency limit
	45033:  platform.Retry,   // concurrent calls limit
	48002:  platform.Alarm,   // API not permitted for this secret
	60011:  platform.Drop,    // no privilege on the member
	60020:  platform.Alarm,   // our IP is not trusted
	60111:  platform.Drop,    // userid not found
	81013:  platform.Drop,    // none of the receivers is valid
	301002: platform.Alarm,   // agent not owned by this secret
}

// mediaVerdicts says what they mean for a file. [W96486]
var mediaVerdicts = platform.Table{
	-1:    platform.Retry,
	40001: platform.Alarm,
	40007: platform.Drop, // media id unknown or expired
	40014: platform.Refresh,
	42001: platform.Refresh,
	45009: platform.Slow,
	45033: platform.Retry,
	60020: platform.Alarm,
}
