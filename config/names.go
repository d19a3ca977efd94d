package config

// A setting is one name an operator may set: LISTEN in the environment is UNIONBOT_LISTEN, in the file listen.
type setting struct {
	name      string
	byDefault string
	help      string
	secret    bool // may come from a file (…_FILE) and is never shown
	// platform is the platform that the setting belongs to; required says that the platform cannot run without it.
	platform string
	required bool
	set      func(c *Config, value string) error
	read     func(c *Config) string // of a secret
}

// The platforms, as problems and the documentation name them.
const (
	wecom           = "WeCom"
	officialAccount = "Official Account"
)

// settings is every setting, in the order in which the documentation lists them.
var settings = []setting{
	{
		name: "LISTEN", byDefault: ":8080",
		help: "Address of the callbacks, `/healthz` and `/readyz`.",
		set:  text(func(c *Config) *string { return &c.Listen }, anAddress),
	},
	{
		name: "PUBLIC_URL",
		help: "The address under which people and the platforms reach this service, such as `https://union.example.com`. With a path, `https://example.com/union`, requests are taken with that path and without, for some proxies strip it. `doctor` tries the callbacks there.",
		set:  text(func(c *Config) *string { return &c.PublicURL }, aPublicURL),
	},
	{
		name: "INNER_LISTEN", byDefault: "127.0.0.1:9090",
		help: "Address for operators only (metrics, profiles). Taken already: a warning. `off` switches it off.",
		set:  innerListen,
	},
	{
		name: "CONSOLE_LISTEN",
		help: "Address of the console by itself, instead of with LISTEN: where `/console/` is then served, and nowhere else. Of the console this version has the first page only.",
		set:  text(func(c *Config) *string { return &c.ConsoleListen }, anAddress),
	},
	{
		name: "TRUSTED_PROXIES",
		help: "Addresses or networks of the proxies before the service, joined by commas. Only they are believed when they say whom they forward (`X-Forwarded-For`, else `X-Real-IP`).",
		set:  trustedProxies,
	},
	{
		name: "DATABASE_URL", secret: true,
		help: "`mysql://user:password@host:3306/name` (MySQL 8, MariaDB 10.6 or later) or `sqlite:path`.",
		set:  secret(func(c *Config) *Secret { return &c.DatabaseURL }, aDatabaseURL),
		read: func(c *Config) string { return c.DatabaseURL.value },
	},
	{
		name: "REDIS_URL", secret: true,
		help: "`redis://user:password@host:6379/0`, `rediss://…` for TLS, `redis+cluster://user:password@h1,h2`, `redis+sentinel://name:password@h1,h2/0`; parameters (`tls`, `ca`, `cert`, `key`, `sentinel_password`) in docs/operations.md; or `embedded`: a Redis inside the process, for one process with SQLite.",
		set:  secret(func(c *Config) *Secret { return &c.RedisURL }, aRedisURL),
		read: func(c *Config) string { return c.RedisURL.value },
	},
	{
		name: "MEDIA_URL", byDefault: "file:media", secret: true,
		help: "Where pictures and files are kept: `file:path`, a folder that all replicas see, or `s3://key:secret@host/bucket`, a bucket that exists in an S3-compatible store. Behind the bucket may follow `?region=…`, `tls=false` and `style=host` (the bucket in the host name, which some stores want) or `style=path`.",
		set:  secret(func(c *Config) *Secret { return &c.MediaURL }, aMediaURL),
		read: func(c *Config) string { return c.MediaURL.value },
	},
	{
		name: "ENCRYPTION_KEYS", secret: true,
		help: "`name:base64 of 32 bytes`, joined by commas. The first encrypts, all decrypt. `name:verify:base64` only verifies what a former key signed (`unionbot keys retire`). With SQLite and none given, one is made beside the database file. Lost keys are lost data: keep a copy apart from the backups.",
		set:  secret(func(c *Config) *Secret { return &c.EncryptionKeys }, encryptionKeys),
		read: func(c *Config) string { return c.EncryptionKeys.value },
	},
	{
		name: "CUSTODIAN_KEY",
		help: "The public key for the names behind sealed cases, as `unionbot keys custodians` prints it; older ones behind it, joined by commas. It is not secret and opens nothing: two custodians' shares do (docs/security.md). Without it a sealed case keeps no name.",
		set:  text(func(c *Config) *string { return &c.CustodianKey }, custodianKeys),
	},
	{
		name: "WECOM_CORP_ID", platform: wecom, required: true,
		help: "The corp's id (企业ID), `ww…`.",
		set:  text(func(c *Config) *string { return &c.WeCom.CorpID }, anything),
	},
	{
		name: "WECOM_AGENT_ID", platform: wecom, required: true,
		help: "The app's number (AgentId).",
		set:  number(func(c *Config) *int { return &c.WeCom.AgentID }),
	},
	{
		name: "WECOM_SECRET", platform: wecom, required: true, secret: true,
		help: "The app's Secret.",
		set:  secret(func(c *Config) *Secret { return &c.WeCom.Secret }, anything),
		read: func(c *Config) string { return c.WeCom.Secret.value },
	},
	{
		name: "WECOM_CONTACT_SECRET", platform: wecom, secret: true,
		help: "The Secret of the corp directory (通讯录同步). This version does not read it yet: members come from the members file.",
		set:  secret(func(c *Config) *Secret { return &c.WeCom.ContactSecret }, anything),
		read: func(c *Config) string { return c.WeCom.ContactSecret.value },
	},
	{
		name: "WECOM_DEPARTMENTS", platform: wecom,
		help: "Which units the departments of the address book are, by their numbers: `12=集团公司/一分厂,13=集团公司/二分厂`. Who moves to one of them is moved to its unit, with the open cases that go along; without it nobody is moved.",
		set:  pairs(func(c *Config) *map[string]string { return &c.WeCom.Departments }, "number=path of a unit"),
	},
	{
		name: "WECOM_CALL_SECRET", platform: wecom, secret: true,
		help: "The Secret of the corp's emergency-notice app (紧急通知应用), where it has one. An alarm then rings the telephones of those who are called, beside the message. Without it no telephone rings, and nobody is told that one does.",
		set:  secret(func(c *Config) *Secret { return &c.WeCom.CallSecret }, anything),
		read: func(c *Config) string { return c.WeCom.CallSecret.value },
	},
	{
		name: "WECOM_TOKEN", platform: wecom, required: true, secret: true,
		help: "The Token of the app's callback (接收消息).",
		set:  secret(func(c *Config) *Secret { return &c.WeCom.Token }, anything),
		read: func(c *Config) string { return c.WeCom.Token.value },
	},
	{
		name: "WECOM_AES_KEY", platform: wecom, required: true, secret: true,
		help: "The EncodingAESKey of the app's callback, 43 characters.",
		set:  secret(func(c *Config) *Secret { return &c.WeCom.AESKey }, anAESKey),
		read: func(c *Config) string { return c.WeCom.AESKey.value },
	},
	{
		name: "WECOM_API_URL", platform: wecom, byDefault: "https://qyapi.weixin.qq.com",
		help: "Where WeCom's API is; another one than the platform's only for a private deployment or the simulator.",
		set:  text(func(c *Config) *string { return &c.WeCom.APIURL }, anHTTPURL),
	},
	{
		name: "OFFICIAL_ACCOUNT_APP_ID", platform: officialAccount, required: true,
		help: "The account's AppID, `wx…`.",
		set:  text(func(c *Config) *string { return &c.OfficialAccount.AppID }, anything),
	},
	{
		name: "OFFICIAL_ACCOUNT_ID", platform: officialAccount, required: true,
		help: "The account's original id (原始ID), `gh_…`.",
		set:  text(func(c *Config) *string { return &c.OfficialAccount.ID }, anything),
	},
	{
		name: "OFFICIAL_ACCOUNT_SECRET", platform: officialAccount, required: true, secret: true,
		help: "The account's AppSecret.",
		set:  secret(func(c *Config) *Secret { return &c.OfficialAccount.Secret }, anything),
		read: func(c *Config) string { return c.OfficialAccount.Secret.value },
	},
	{
		name: "OFFICIAL_ACCOUNT_TOKEN", platform: officialAccount, required: true, secret: true,
		help: "The Token of the server configuration (服务器配置).",
		set:  secret(func(c *Config) *Secret { return &c.OfficialAccount.Token }, anything),
		read: func(c *Config) string { return c.OfficialAccount.Token.value },
	},
	{
		name: "OFFICIAL_ACCOUNT_AES_KEY", platform: officialAccount, secret: true,
		help: "The EncodingAESKey, 43 characters. Without it the account runs in plain mode, which is not advised.",
		set:  secret(func(c *Config) *Secret { return &c.OfficialAccount.AESKey }, anAESKey),
		read: func(c *Config) string { return c.OfficialAccount.AESKey.value },
	},
	{
		name: "OFFICIAL_ACCOUNT_API_URL", platform: officialAccount, byDefault: "https://api.weixin.qq.com",
		help: "Where the Official Account's API is; another one than the platform's only for the simulator.",
		set:  text(func(c *Config) *string { return &c.OfficialAccount.APIURL }, anHTTPURL),
	},
	{
		name: "OFFICIAL_ACCOUNT_TEMPLATES", platform: officialAccount,
		help: "Template ids by kind of notice: `task=…,answer=…,security=…`.",
		set:  pairs(func(c *Config) *map[string]string { return &c.OfficialAccount.Templates }, "kind=template id"),
	},
	{
		name: "OFFICIAL_ACCOUNT_AFTER_MESSAGE", platform: officialAccount, byDefault: "5/48h",
		help: "How many messages may be sent to a follower within how long after a message of theirs. The platform has changed it before.",
		set:  allowance(func(c *Config) *Allowance { return &c.OfficialAccount.AfterMessage }),
	},
	{
		name: "OFFICIAL_ACCOUNT_AFTER_TOUCH", platform: officialAccount, byDefault: "3/1m",
		help: "The same after a menu tap, a follow or a scanned code.",
		set:  allowance(func(c *Config) *Allowance { return &c.OfficialAccount.AfterTouch }),
	},
	{
		name: "TIMEZONE", byDefault: "Asia/Shanghai",
		help: "The union's zone: deadlines and what is said about times are in it. Another than the default needs the zone files of the system.",
		set:  timezone,
	},
	{
		name: "LANGUAGE", byDefault: "zh-CN",
		help: "The language spoken to people. `zh-CN` is the only one yet.",
		set:  text(func(c *Config) *string { return &c.Language }, oneOf("zh-CN")),
	},
	{
		name: "SERVICES_DIR",
		help: "A folder of the union's own service files, over those that come with the program: `suggestion.yaml` there replaces the program's, and one with only `disabled: true` switches that service off. A change is taken within seconds and without a restart; a folder with a mistake is refused as a whole. docs/services.md says how a file is written.",
		set:  text(func(c *Config) *string { return &c.ServicesDir }, anything),
	},
	{
		name: "FONT",
		help: "The file of the Chinese font for papers (`打印`) and charts: TrueType (`.ttf`, or `.ttc` of such fonts), not the CFF kind of Noto CJK. Empty: one is looked for in the system's folders. `doctor` says which is used, or what to install.",
		set:  text(func(c *Config) *string { return &c.Font }, anything),
	},
	{
		name: "DISPATCH_PHONE",
		help: "What a person in danger is told to ring, such as `内线 6110`: the dispatcher's number. A service file may name another for a plant (docs/hazards.md). Without one, people are told to find the dispatcher by themselves.",
		set:  text(func(c *Config) *string { return &c.DispatchPhone }, anything),
	},
	{
		name: "OFFICE_HOURS", byDefault: "08:30-12:00,13:30-17:30",
		help: "The working hours of a working day. Deadlines in days end with the last of them, deadlines in hours run within them.",
		set:  text(func(c *Config) *string { return &c.OfficeHours }, spans),
	},
	{
		name: "DUTY_HOURS", byDefault: "08:00-20:00",
		help: "When people may be reminded, on working days. What nobody decided in time moves on within them too. A danger waits for nothing.",
		set:  text(func(c *Config) *string { return &c.DutyHours }, oneSpan),
	},
	{
		name: "DIGESTS", byDefault: "09:00,15:00",
		help: "The times of day at which an officer reads in one message what is overdue, due and new. An officer may say others: `提醒 9:00 15:00`.",
		set:  text(func(c *Config) *string { return &c.Digests }, timesOfDay),
	},
	{
		name: "BROADCASTS_PER_SECOND", byDefault: "100",
		help: "How many calls for broadcasts, greetings and digests an interface of an account may make in a second, all replicas together. WeCom allows an app 10,000 calls a minute for everything. One call reaches up to 1,000 members who read the same text. docs/broadcasts.md says how it is lowered by itself.",
		set:  number(func(c *Config) *int { return &c.BroadcastsPerSecond }),
	},
	{
		name: "BROADCASTS_PER_DAY", byDefault: "0",
		help: "How many persons WeCom lets the app reach a day: 200 for each account that the corporation may have (账号上限). `0`: 200 for each member who has WeCom. A tenth is kept for urgent ones and for what is no broadcast; what is beyond goes out the next day.",
		set:  countable(func(c *Config) *int { return &c.BroadcastsPerDay }),
	},
	{
		name: "BROADCASTS_PER_WEEK", byDefault: "5",
		help: "How many messages that are not urgent a member gets within seven days: broadcasts, and greetings, of which none is held; `0` for any number. Broadcasts beyond it come in one message a day later.",
		set:  countable(func(c *Config) *int { return &c.BroadcastsPerWeek }),
	},
	{
		name: "TALK_LOAD", byDefault: "5",
		help: "How many talks with members (`人工`) an officer has at once at most; further members wait and are told so. Who is asked, and within what time, stands in `talks.yaml` (docs/talks.md).",
		set:  number(func(c *Config) *int { return &c.TalkLoad }),
	},
	{
		name: "ARTICLES_DIR",
		help: "A folder of the union's own articles, over those that come with the program: `annual_leave.md` there replaces the program's. Questions about rules and sums are answered from them. A change is taken within seconds and without a restart; a folder with a mistake is refused as a whole. docs/articles.md says how an article is written.",
		set:  text(func(c *Config) *string { return &c.ArticlesDir }, anything),
	},
	{
		name: "REFERENCE_DIR",
		help: "A folder of the union's own `hotlines.yaml`, `standards.yaml`, `selfcheck.yaml`, `talks.yaml`, `groups.yaml`, `duty.yaml`, `banks.yaml`, `places.yaml`, `festivals.yaml` and `greetings.yaml`, over those that come with the program. Taken and refused as `ARTICLES_DIR` is. docs/articles.md says what is in them; `holidays.txt` there is read when serve starts (docs/deadlines.md).",
		set:  text(func(c *Config) *string { return &c.ReferenceDir }, anything),
	},
	{
		name: "CLOCK_OFFSET",
		help: "Moves deadlines and sessions forward or back, such as `+49h`, for rehearsals. Only where every platform's API URL is on loopback. Leases, retries and the callbacks' time window keep the real time.",
		set:  clockOffset,
	},
	{
		name: "LOG_LEVEL", byDefault: "info",
		help: "`debug`, `info`, `warn` or `error`.",
		set:  logLevel,
	},
	{
		name: "LOG_FORMAT", byDefault: "json",
		help: "`json` or `text`.",
		set:  text(func(c *Config) *string { return &c.LogFormat }, oneOf("json", "text")),
	},
}
