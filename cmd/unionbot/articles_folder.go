package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/unionbot/unionbot/config"
	"github.com/unionbot/unionbot/flows/articles"
	"github.com/unionbot/unionbot/union/article"
	"github.com/unionbot/unionbot/union/folder"
	"github.com/unionbot/unionbot/watch"
)

// loadArticles reads the articles as serve does.
func loadArticles(c config.Config) ([]*article.Article, error) {
	own, err := ownFolder(c.ArticlesDir)
	if err != nil {
		return nil, err
	}
	return article.Load(articles.Files, own)
}

// openArticles offers the articles, and follows what becomes of the folder while the instance runs.
func openArticles(ctx context.Context, c config.Config, w *watch.Watch, log *slog.Logger) (*article.Library, job, error) {
	own, err := ownFolder(c.ArticlesDir)
	if err != nil {
		return nil, job{}, err
	}
	library := article.NewLibrary()
	f := article.NewFolder(library, time.Now, log.With("part", "articles"), articles.Files, own)
	if err := f.Open(ctx); err != nil {
		return nil, job{}, fmt.Errorf("read articles:\n%w", err)
	}
	watchFolder(w, "articles", f)
	return library, following("articles", f, own != nil), nil
}

// following looks at a folder every few seconds; at none where only what comes with the program is read.
func following(name string, f *folder.Watch, own bool) job {
	return job{name, func(ctx context.Context) {
		if !own {
			return
		}
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		f.Run(ctx, ticker.C)
	}}
}

func watchFolder(w *watch.Watch, name string, f *folder.Watch) {
	w.Gauge(name+"_taken_timestamp_seconds", "When the "+name+" that are offered now were read.", func() float64 {
		return float64(f.Status().Taken.Unix())
	})
	w.Gauge(name+"_refused", "1 while the folder of the "+name+" holds something that is not offered, 0 otherwise.", func() float64 {
		if f.Status().Refused != nil {
			return 1
		}
		return 0
	})
}
