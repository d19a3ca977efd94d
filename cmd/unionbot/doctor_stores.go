package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/media"
)

const configuration = "configuration"

// examineConfiguration looks at what config.Load leaves to serve.
func examineConfiguration(_ context.Context, p *patient) []finding {
	const name = configuration
	if err := checkPlatforms(p.config); err != nil {
		return []finding{bad(name, "set WECOM_… or OFFICIAL_ACCOUNT_… as docs/platforms.md says", "%v", err)}
	}
	found := []finding{fine(name, "is complete")}
	if o := p.config.OfficialAccount; o.On() && !o.AESKey.IsSet() {
		found = append(found, warning("official account", "set OFFICIAL_ACCOUNT_AES_KEY and choose 安全模式 on the platform's page 服务器配置",
			"runs in plain mode: whoever sees one callback can forge others"))
	}
	return found
}

func examineDatabase(ctx context.Context, p *patient) []finding {
	if p.db == nil {
		return []finding{bad("database", "start it, or correct DATABASE_URL: address, user, password, name", "%v", p.databaseErr)}
	}
	found := []finding{fine("database", "%s answers", p.db.Dialect())}
	if err := p.schemaErr(ctx); err != nil {
		return append(found, bad("schema", "an older database: unionbot migrate; a newer one: install the newer unionbot", "%v", err))
	}
	schema, err := p.db.Schema(ctx)
	if err != nil {
		return append(found, bad("schema", "run doctor again", "%v", err))
	}
	found = append(found, fine("schema", "is at version %d", schema.Have))
	if err := p.db.CheckSettled(ctx); err != nil {
		found = append(found, bad("copy", "unionbot restored, as docs/backup.md says, and then serve", "%v", err))
	}
	keys := examineKeys(ctx, p)
	found = append(found, keys)
	if keys.State != stateOK {
		return found
	}
	return append(found, examineNumbers(ctx, p)...)
}

// exampleKey is the one of unionbot.example.yaml, which everybody has.
const exampleKey = "ZXhhbXBsZSBvbmx5LCBtYWtlIHlvdXIgb3duIGtleSE="

// examineKeys makes no key: it would belong to whoever runs doctor, and not to who runs the service.
func examineKeys(ctx context.Context, p *patient) finding {
	const name = "encryption keys"
	if first, _, _ := strings.Cut(p.config.EncryptionKeys.Reveal(), ","); strings.HasSuffix(strings.TrimSpace(first), ":"+exampleKey) {
		return bad(name, "put what unionbot keys new prints before it; with data already there, unionbot keys rewrap then",
			"encrypt with the key of unionbot.example.yaml, which everybody has")
	}
	keys, ok, err := existingKeys(p.config, p.log)
	if _, beside := p.config.SQLitePath(); !ok && err == nil && beside {
		return fine(name, "are made beside the database when they are needed")
	}
	if !ok && err == nil {
		return bad(name, "unionbot keys new makes one for ENCRYPTION_KEYS", "are not set")
	}
	if err == nil {
		p.db.UseKeys(keys)
		err = storage.NewMembers(p.db, keys, directoryChannel(p.config)).CheckKeys(ctx)
	}
	if err != nil {
		return bad(name, "put back into ENCRYPTION_KEYS the key with which the data was written; keep the newer ones beside it", "%v", err)
	}
	return fine(name, "open what is in the database")
}

func examineRedis(_ context.Context, p *patient) []finding {
	const name = "redis"
	switch {
	case p.redisErr != nil:
		return []finding{bad(name, "start it, or correct REDIS_URL: address, user, password", "%v", p.redisErr)}
	case p.turns == nil:
		return []finding{fine(name, "is embedded: one process only, and it forgets when that ends")}
	default:
		return []finding{fine(name, "answers")}
	}
}

// examineMedia does not make the folder, for the reason of examineKeys.
func examineMedia(ctx context.Context, p *patient) []finding {
	const name = "media"
	folder, ok := p.config.MediaFolder()
	if !ok {
		return []finding{examineBucket(ctx, name, p)}
	}
	probe, err := os.CreateTemp(folder, ".doctor-*")
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return []finding{fine(name, "%s is made when the service starts", folder)}
	case err == nil:
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		return []finding{bad(name, "let the user that runs the service write to the folder of MEDIA_URL, and see whether its disk is full",
			"cannot be written: %v", err)}
	}
	return []finding{fine(name, "%s can be written", folder)}
}

func examineBucket(ctx context.Context, name string, p *patient) finding {
	store, err := media.Open(p.config.MediaURL.Reveal())
	if err == nil {
		ctx, cancel := context.WithTimeout(ctx, bucketPatience)
		defer cancel()
		err = errors.Join(store.Check(ctx), store.Close())
	}
	if err != nil {
		return bad(name, "make the bucket, correct MEDIA_URL, or let its key read, write and delete there", "%v", err)
	}
	return fine(name, "a file was written to the bucket, read and deleted")
}

// bucketPatience is how long doctor waits for a bucket.
const bucketPatience = 20 * time.Second
