package main

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/unionbot/unionbot/simulator"
)

// seed is a believable union: a group with three plants, twelve teams and sixty members. Nobody in it exists.
//
//go:embed seed/members.csv seed/competitions.yaml
var seed embed.FS

const seedFile = "seed/members.csv"

// wangQiang follows the Official Account and has no WeCom: whoever holds his phone binds it by these.
const (
	wangQiangStaffNo = "100237"
	wangQiangProof   = "180554" // the last six of his id card
)

// people are those whose phones can be held: everybody on WeCom, and two on the Official Account.
func people() ([]simulator.Person, error) {
	file, err := seed.Open(seedFile)
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	defer func() { _ = file.Close() }() // in memory
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read seed: %w", err)
	}
	hints, column := hintsForPhones(), map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var all []simulator.Person
	for _, row := range rows[1:] {
		if user := row[column["wecom_userid"]]; user != "" {
			all = append(all, simulator.Person{
				Platform: simulator.WeCom, ID: user, Name: row[column["name"]],
				About: strings.TrimPrefix(row[column["organisation"]], "集团公司/"),
			})
		}
	}
	all = append(all,
		simulator.Person{Platform: simulator.OfficialAccount, ID: "oWangQiang-demo-0000000000001", Name: "王强", About: "二分厂/精整班"},
		simulator.Person{Platform: simulator.OfficialAccount, ID: "oZhaoMin-demo-00000000000002", Name: "赵敏", About: "三分厂/行车班", Stranger: true},
	)
	for i := range all {
		hint := hints[all[i].Key()]
		all[i].Hint, all[i].Try = hint.text, hint.try
	}
	return all, nil
}

// hint is what somebody who holds a phone for the first time is told.
type hint struct {
	text string
	try  []string
}

// hintsForPhones are the hints of the phones on the table, by their keys.
func hintsForPhones() map[string]hint {
	keys := phones()
	return map[string]hint{
		keys[0]: {"您现在是张伟,一分厂的司炉工。试试说:", []string{"我想给锅炉房提个建议,加个护栏"}},
		keys[1]: {"您现在是王强,在公众号上先要认证:工号 " + wangQiangStaffNo + ",身份证后六位 " + wangQiangProof + "。试试说:", []string{"绑定"}},
		keys[2]: {"您现在是李芳,张伟的分会主席。有人提了建议,这里就会来一张卡片。也可以说:", []string{"待办"}},
	}
}

// phones lie on the table when the page is opened: a worker on WeCom, one on the Official Account, an officer.
func phones() []string {
	return []string{"wecom:zhangwei", "officialaccount:oWangQiang-demo-0000000000001", "wecom:lifang"}
}
