package officialaccount

import "github.com/unionbot/unionbot/bot/platform"

// verdicts says what the Official Account's errcodes mean for a message. [O, PLATFORM c6] A code that is not here is a
// fault of the call.
var verdicts = platform.Table{
	-1:    platform.Retry,   // busy
	40001: platform.Alarm,   // wrong secret or credential; a token of that kind has been refreshed once
	40003: platform.Drop,    // bad openid
	40007: platform.Lost,    // media id unknown or expired
	40013: platform.Alarm,   // bad appid
	40014: platform.Refresh, // token illegal
	40125: platform.Alarm,   // bad secret
	40164: platform.Alarm,   // our IP is not on the list
	42001: platform.Refresh, // token expired
	43004: platform.Drop,    // does not follow
	43101: platform.Closed,  // refused the subscription
	45002: platform.Shorten, // content too long
	45009: platform.Slow,    // daily limit
	45011: platform.Slow,    // too frequent
	45015: platform.Closed,  // outside the 48 hours, or does not follow any more
	45033: platform.Retry,   // too many calls at once
	45047: platform.Closed,  // count of customer-service messages used up
	48001: platform.Barred,  // API not authorised
	48002: platform.Drop,    // switched our messages off
	48004: platform.Barred,  // API banned
	50002: platform.Drop,    // user is limited
	50005: platform.Drop,    // does not follow
	61450: platform.Retry,   // system error
}

// mediaVerdicts says what they mean for a file.
var mediaVerdicts = platform.Table{
	-1:    platform.Retry,
	40001: platform.Alarm,
	40007: platform.Drop, // media id unknown or expired
	40014: platform.Refresh,
	40164: platform.Alarm,
	42001: platform.Refresh,
	45009: platform.Slow,
	48001: platform.Barred,
}
