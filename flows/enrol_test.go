package flows_test

import (
	"os"
	"slices"
	"time"

	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/enrolment"
)

// crew are who signs up in the transcripts of these flows, besides the others.
var crew = []person{
	{staffNo: "200001", name: "何志远", org: "集团公司/工会机关", post: "工会办公室主任", wecom: "crew-hezhiyuan", role: union.Organiser, over: "集团公司"},
	{staffNo: "200002", name: "孙晓丽", org: "集团公司/一分厂/检修班", post: "焊工", wecom: "crew-sunli", idCard: "110105198808080048"},
	{staffNo: "200003", name: "夏天", org: "集团公司/三分厂/维修班", post: "高级焊工", wecom: "crew-xiatian"},
	{staffNo: "200004", name: "钟国庆", org: "集团公司/三分厂/维修班", post: "焊工", wecom: "crew-zhongguoqing"},
	{staffNo: "200005", name: "崔凯", org: "集团公司/三分厂/维修班", post: "焊工", wecom: "crew-cuikai"},
	{staffNo: "200006", name: "吕红", org: "集团公司/三分厂/行车班", post: "行车工", wecom: "crew-lvhong"},
	{staffNo: "200007", name: "冯永强", org: "集团公司/一分厂/汽机班", post: "汽机运行工", wecom: "crew-fengyongqiang", role: union.Organiser, over: "集团公司/一分厂"},
}

// withActivities lets the transcript begin with what testdata/competitions.yaml has, and with those who came first.
func withActivities(h *harness) {
	h.more = crew
	for _, p := range crew {
		h.seed(p)
	}
	h.opened = true
}

// openActivities does so once the desk is there. Who came first is in no transcript.
func (h *harness) openActivities() {
	h.t.Helper()
	ctx := h.t.Context()
	const file = "testdata/competitions.yaml"
	source, err := os.ReadFile(file)
	check(h.t, err)
	list, err := enrolment.Read(file, source, time.FixedZone("CST", 8*60*60))
	check(h.t, err)
	added, err := h.signUp.AddAll(ctx, list)
	check(h.t, err)
	for _, first := range []struct {
		ref string
		who []string
	}{{"welding", []string{"夏天"}}, {"forklift", []string{"李芳", "周明", "陈静", "刘洋"}}} {
		i := slices.IndexFunc(added, func(r enrolment.FileResult) bool { return r.Activity.Ref == first.ref })
		for _, who := range first.who {
			_, err := h.signUp.SignUp(ctx, enrolment.Application{Member: h.member(who), Activity: added[i].Activity.ID, OnSite: true})
			check(h.t, err)
		}
	}
}
