package main

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/unionbot/unionbot/bot/wxcrypt"
)

// floorReply is as long as a question of a form.
const floorReply = "<xml><ToUserName><![CDATA[bench000001]]></ToUserName><FromUserName><![CDATA[wwbench]]></FromUserName><CreateTime>1700000000</CreateTime>" +
	"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[现在是什么情况,有什么不方便?\n\n请直接回答,可以发图片。回复「跳过」不填,「上一步」改前一项,「取消」不填了。]]></Content></xml>"

// serveFloor is the least that a bot can do with a callback: read, verify, decrypt, encrypt, sign, write.
func serveFloor(address string) error {
	codec, err := wxcrypt.NewCodec(token, aesKey, corpID, rand.Reader)
	if err != nil {
		return fmt.Errorf("make floor: %w", err)
	}
	handle := func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			return // are you there
		}
		answer, err := echo(codec, r)
		if err != nil {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		if _, err := w.Write(answer); err != nil {
			return // the caller is gone
		}
	}
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(handle), ReadHeaderTimeout: time.Second}
	if err := server.ListenAndServe(); !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("serve floor: %w", err)
	}
	return nil
}

func echo(codec *wxcrypt.Codec, r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	_, after, _ := bytes.Cut(body, []byte("<Encrypt><![CDATA["))
	sealed, _, found := bytes.Cut(after, []byte("]]></Encrypt>"))
	if !found {
		return nil, errors.New("nothing encrypted")
	}
	q, encrypted := r.URL.Query(), string(sealed)
	if err := codec.Verify(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), encrypted); err != nil {
		return nil, err
	}
	if _, err := codec.Decrypt(encrypted); err != nil {
		return nil, err
	}
	encrypted, err = codec.Encrypt([]byte(floorReply))
	if err != nil {
		return nil, err
	}
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), q.Get("nonce")
	return fmt.Appendf(nil, "<xml><Encrypt><![CDATA[%s]]></Encrypt><MsgSignature><![CDATA[%s]]></MsgSignature><TimeStamp>%s</TimeStamp><Nonce><![CDATA[%s]]></Nonce></xml>",
		encrypted, codec.Sign(timestamp, nonce, encrypted), timestamp, nonce), nil
}
