package storage_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/unionbot/unionbot/storage"
	"github.com/unionbot/unionbot/storage/storagetest"
	"github.com/unionbot/unionbot/union"
	"github.com/unionbot/unionbot/union/roster"
)

const smallRoster = `工号,姓名,手机,身份证号,性别,农历生日,单位,岗位,入职日期,企业微信账号,角色,备注
100101,张伟,139 0000 0001,11010519491231002X,男,十月十三,集团公司/一分厂/锅炉班,司炉工,2008/7/1,ZhangWei,,
100102,李芳,13900000002,,女,,集团公司/一分厂,,,LiFang,branch_chair;职工代表@集团公司,
100103,陈静,13900000003,,女,,集团公司,,,chenjing,"chair；admin",有备注
`

func importRoster(t *testing.T, db *storage.DB, name, content string, o roster.Options) (roster.Report, error) {
	t.Helper()
	return roster.Import(t.Context(), storage.NewRoster(db, sealer(t, testKeys)), fileOf(t, name, []byte(content)), o)
}

func fileOf(t testing.TB, name string, content []byte) fs.File {
	t.Helper()
	file, err := fstest.MapFS{name: {Data: content}}.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func mustImport(t *testing.T, db *storage.DB, content string, o roster.Options) roster.Report {
	t.Helper()
	report, err := importRoster(t, db, "members.csv", content, o)
	if err != nil {
		t.Fatalf("import: %v\n%+v", err, report.Problems)
	}
	return report
}

func member(t *testing.T, db *storage.DB, staffNo string) union.Member {
	t.Helper()
	m, err := newMembers(t, db).ByStaffNo(t.Context(), staffNo)
	if err != nil {
		t.Fatalf("%s: %v", staffNo, err)
	}
	return m
}

// rolesOf lists a member's roles as role@path.
func rolesOf(t *testing.T, db *storage.DB, staffNo string) []string {
	t.Helper()
	holdings, err := newMembers(t, db).Holdings(t.Context(), member(t, db, staffNo).ID)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, h := range holdings {
		list = append(list, string(h.Role)+"@"+h.Path)
	}
	return list
}

func TestAMembersFileIsImported(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		report := mustImport(t, db, smallRoster, roster.Options{})
		want := roster.Report{
			Rows: 3, New: 3, RolesGranted: 4,
			Organisations: []string{"集团公司", "集团公司/一分厂", "集团公司/一分厂/锅炉班"},
		}
		if diff := cmp.Diff(want, report); diff != "" {
			t.Errorf("report (-want +got):\n%s", diff)
		}
		m := member(t, db, "100101")
		wantMember := union.Member{
			ID: m.ID, StaffNo: "100101", Name: "张伟", Gender: "男", LunarBirthday: "L0000-10-13", Joined: "2008-07-01",
			Post: "司炉工", Org: m.Org, OrgPath: "集团公司/一分厂/锅炉班", Lineage: m.Lineage, WeComUserID: "zhangwei",
			Status: union.Active,
		}
		if diff := cmp.Diff(wantMember, m); diff != "" {
			t.Errorf("member (-want +got):\n%s", diff)
		}
		phone, idCard, err := newMembers(t, db).Sealed(t.Context(), m.ID)
		if err != nil || phone != "13900000001" || idCard != "11010519491231002X" {
			t.Errorf("sealed: %q, %q, %v", phone, idCard, err)
		}
		if got, want := rolesOf(t, db, "100102"), []string{"branch_chair@集团公司/一分厂", "representative@集团公司"}; !cmp.Equal(got, want) {
			t.Errorf("roles %v, want %v", got, want)
		}

		again := mustImport(t, db, smallRoster, roster.Options{})
		if diff := cmp.Diff(roster.Report{Rows: 3, Same: 3}, again); diff != "" {
			t.Errorf("imported again (-want +got):\n%s", diff)
		}
	})
}

func TestAnEmptyCellLeavesAndADashClears(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		mustImport(t, db, smallRoster, roster.Options{})
		report := mustImport(t, db, "staff_no,name,organisation,phone,post,wecom_userid,roles\n"+
			"100101,张伟,,-,,-,\n"+
			"100102,,集团公司/二分厂,,班长,,-\n"+
			"100103,陈静静,,,,,chair@集团公司\n", roster.Options{})
		want := roster.Report{Rows: 3, Changed: 3, RolesEnded: 3, Organisations: []string{"集团公司/二分厂"}}
		if diff := cmp.Diff(want, report); diff != "" {
			t.Errorf("report (-want +got):\n%s", diff)
		}
		zhang := member(t, db, "100101")
		if zhang.WeComUserID != "" || zhang.Post != "司炉工" || zhang.OrgPath != "集团公司/一分厂/锅炉班" {
			t.Errorf("张伟: %+v", zhang)
		}
		if phone, idCard, err := newMembers(t, db).Sealed(t.Context(), zhang.ID); err != nil || phone != "" || idCard == "" {
			t.Errorf("the phone is cleared, the id card stays: %q, %v", phone, err)
		}
		if li := member(t, db, "100102"); li.Name != "李芳" || li.Post != "班长" || li.OrgPath != "集团公司/二分厂" {
			t.Errorf("李芳: %+v", li)
		}
		if got := rolesOf(t, db, "100102"); got != nil {
			t.Errorf("李芳 holds %v", got)
		}
		if got := rolesOf(t, db, "100103"); !cmp.Equal(got, []string{"chair@集团公司"}) {
			t.Errorf("陈静静 holds %v", got)
		}
		if list, err := newMembers(t, db).ByName(t.Context(), "陈静静", 1); err != nil || len(list) != 1 {
			t.Errorf("found by the new name: %v, %v", list, err)
		}
	})
}

func TestWhoIsAbsentIsListedAndLeavesOnlyWhenAsked(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		mustImport(t, db, smallRoster, roster.Options{})
		shorter := "工号,姓名,单位,企业微信账号\n100101,张伟,集团公司,\n100104,新来的,集团公司,LiFang\n"
		report, err := importRoster(t, db, "members.csv", shorter, roster.Options{})
		if !errors.Is(err, roster.ErrInvalid) || len(report.Problems) != 1 {
			t.Fatalf("李芳 still has that user id: %v, %+v", err, report)
		}
		report = mustImport(t, db, strings.ReplaceAll(shorter, "LiFang", ""), roster.Options{DryRun: true})
		absent := []roster.Person{{StaffNo: "100102", Name: "李芳"}, {StaffNo: "100103", Name: "陈静"}}
		if report.AbsentTotal != 2 || !cmp.Equal(report.Absent, absent) || report.Left != 0 {
			t.Errorf("listed: %+v", report)
		}

		report = mustImport(t, db, shorter, roster.Options{Leavers: true})
		want := roster.Report{Rows: 2, New: 1, Changed: 1, Absent: absent, AbsentTotal: 2, Left: 2, RolesEnded: 4}
		if diff := cmp.Diff(want, report); diff != "" {
			t.Errorf("report (-want +got):\n%s", diff)
		}
		if m := member(t, db, "100102"); m.Status != union.Left || m.WeComUserID != "" {
			t.Errorf("李芳: %+v", m)
		}
		if m, err := newMembers(t, db).ByIdentity(t.Context(), wecomChannel, "lifang"); err != nil || m.StaffNo != "100104" {
			t.Errorf("the user id passed on: %v, %v", m.StaffNo, err)
		}
		if again := mustImport(t, db, shorter, roster.Options{Leavers: true}); again.AbsentTotal != 0 || again.Left != 0 {
			t.Errorf("who has left is not absent: %+v", again)
		}
	})
}

func TestUserIDsMayBeSwappedInOneFile(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		mustImport(t, db, "工号,姓名,单位,企业微信账号\n1,甲,集团公司,a\n2,乙,集团公司,b\n", roster.Options{})
		report := mustImport(t, db, "工号,姓名,单位,企业微信账号\n1,甲,集团公司,b\n2,乙,集团公司,a\n", roster.Options{})
		if report.Changed != 2 {
			t.Errorf("report: %+v", report)
		}
		if a, b := member(t, db, "1").WeComUserID, member(t, db, "2").WeComUserID; a != "b" || b != "a" {
			t.Errorf("user ids %q and %q", a, b)
		}
	})
}

func TestADryRunChangesNothingAndCountsTheSame(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		report := mustImport(t, db, smallRoster, roster.Options{DryRun: true})
		if _, err := newMembers(t, db).ByStaffNo(t.Context(), "100101"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("a member is there: %v", err)
		}
		if _, err := newMembers(t, db).OrganisationByPath(t.Context(), "集团公司"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("an organisation is there: %v", err)
		}
		report.DryRun = false
		if diff := cmp.Diff(report, mustImport(t, db, smallRoster, roster.Options{})); diff != "" {
			t.Errorf("the import did otherwise (-dry run +import):\n%s", diff)
		}
	})
}

func TestEveryWrongRowIsNamedAndNothingIsImported(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		mustImport(t, db, "工号,姓名,单位,企业微信账号\n9,老会员,集团公司,old\n", roster.Options{})
		report, err := importRoster(t, db, "members.csv", `职工名册
工号,姓名,手机号,身份证,生日,农历生日,单位,企业微信账号,角色,状态,民族
1,甲,139000,,,,集团公司,,,,汉
2,乙,,110105194912310021,,,集团公司,,,,
3,丙,,,1974-02-30,,集团公司,,,,
4,丁,,,,十三月初一,集团公司,,,,
5,戊,,,,,集团公司,,班长大人,,
6,己,,,,,a/b/c/d/e/f/g/h/i/j/k,,,,
7,庚,,,,,集团公司,张 三!,,,
8,辛,,,,,集团公司,,chair@集团公司/没有的厂,,
9,-,,,,,集团公司,,,度假,
1,重复,,,,,集团公司,,,,
,没有工号,,,,,集团公司,,,,
10,,,,,,集团公司,,,,
11,无单位,,,,,,,,,
12,同号甲,,,,,集团公司,same,,,
13,同号乙,,,,,集团公司,Same,,,
14,占用,,,,,集团公司,OLD,,,
焊-1,乱号,,,,,集团公司,,,,
`, roster.Options{})
		if !errors.Is(err, roster.ErrInvalid) {
			t.Fatalf("err = %v", err)
		}
		type place struct {
			Line   int
			Column string
		}
		var got []place
		for _, p := range report.Problems {
			got = append(got, place{p.Line, p.Column})
			if p.Reason == "" || strings.Contains(p.Value, "110105194912310021") {
				t.Errorf("reason or mask is missing: %+v", p)
			}
		}
		want := []place{
			{3, "手机号"}, {4, "身份证"}, {5, "生日"}, {6, "农历生日"}, {7, "角色"}, {8, "单位"}, {9, "企业微信账号"}, {10, "角色"},
			{11, "姓名"}, {11, "状态"}, {12, "工号"}, {13, "工号"}, {14, "姓名"}, {15, "单位"}, {17, "企业微信账号"},
			{18, "企业微信账号"}, {19, "工号"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("problems (-want +got):\n%s\n%+v", diff, report.Problems)
		}
		if !cmp.Equal(report.Ignored, []string{"民族"}) {
			t.Errorf("ignored columns %v", report.Ignored)
		}
		if _, err := newMembers(t, db).ByStaffNo(t.Context(), "12"); !errors.Is(err, union.ErrNotFound) {
			t.Errorf("a right row of a wrong file was imported: %v", err)
		}
	})
}

func TestFilesAreReadInTheFormatsThatOfficesWrite(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(smallRoster)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"utf-8":               smallRoster,
		"utf-8 with a mark":   "\xef\xbb\xbf" + smallRoster,
		"GB18030":             gb,
		"DOS line ends":       strings.ReplaceAll(smallRoster, "\n", "\r\n"),
		"xlsx":                string(xlsxOf(t, smallRoster)),
		"a title and padding": "2026年会员名册,,,\n\n" + strings.ReplaceAll(smallRoster, ",男,", ", 男　,"),
	} {
		t.Run(name, func(t *testing.T) {
			db := storagetest.SQLite(t)
			report, err := importRoster(t, db, "file", content, roster.Options{})
			if err != nil || report.New != 3 || report.RolesGranted != 4 {
				t.Fatalf("%v: %+v", err, report)
			}
			m := member(t, db, "100101")
			if m.Name != "张伟" || m.LunarBirthday != "L0000-10-13" || m.Joined != "2008-07-01" {
				t.Errorf("member: %+v", m)
			}
			if diff := cmp.Diff([]string{"admin@集团公司", "chair@集团公司"}, rolesOf(t, db, "100103")); diff != "" {
				t.Errorf("roles: %s", diff)
			}
		})
	}
}

// xlsxOf writes the rows of a csv text into a workbook, the join date as a real date and the staff number as a number.
func xlsxOf(t testing.TB, content string) []byte {
	t.Helper()
	book := excelize.NewFile()
	style, err := book.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	for y, line := range strings.Split(strings.TrimSpace(content), "\n") {
		for x, text := range strings.Split(line, ",") {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				t.Fatal(err)
			}
			var value any = strings.Trim(text, `"`)
			joined, noDate := time.Parse("2006/1/2", text)
			if noDate == nil {
				value = joined
			}
			if x == 0 && y > 0 {
				var number int
				if _, err := fmt.Sscan(text, &number); err != nil {
					t.Fatal(err)
				}
				value = number
			}
			if err := book.SetCellValue("Sheet1", cell, value); err != nil {
				t.Fatal(err)
			}
			if noDate == nil {
				if err := book.SetCellStyle("Sheet1", cell, cell, style); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	var buffer bytes.Buffer
	if err := book.Write(&buffer); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func TestFilesThatAreNoListAreRefusedInWords(t *testing.T) {
	db := storagetest.SQLite(t)
	for name, tt := range map[string]struct{ content, want string }{
		"empty":            {"", "没有找到表头"},
		"titles only":      {"工号,姓名,单位\n", "文件里没有人员"},
		"no organisations": {"工号,姓名\n1,甲\n", "缺少这一列"},
		"a column twice":   {"工号,姓名,单位,组织\n1,甲,a,b\n", "同一列"},
		"an open quote":    {"工号,姓名,单位\n1,\"甲,集团公司\n", "引号不成对"},
		"not a workbook":   {"PK\x03\x04 nothing", "不是能读取的 xlsx"},
		"broken letters":   {"工号,姓名,单位,其他\n1,甲,集团公司," + strings.Repeat("x", 100_000) + "\n2,乙\xff,集团公司\n", "无法识别"},
	} {
		report, err := importRoster(t, db, "file", tt.content, roster.Options{})
		if !errors.Is(err, roster.ErrInvalid) || len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Reason, tt.want) {
			t.Errorf("%s: %v, %d problems, want one with %q", name, err, len(report.Problems), tt.want)
		}
	}
}

func TestTwoImportsExcludeEachOther(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, store := t.Context(), storage.NewRoster(db, sealer(t, testKeys))
		first, err := store.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := importRoster(t, db, "members.csv", smallRoster, roster.Options{}); !errors.Is(err, roster.ErrRunning) {
			t.Errorf("a second import: %v, want %v", err, roster.ErrRunning)
		}
		if err := first.Close(ctx); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 4 {
			wg.Go(func() {
				_, err := roster.Import(ctx, store, fileOf(t, "m.csv", []byte(smallRoster)), roster.Options{})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					done++
				case !errors.Is(err, roster.ErrRunning):
					t.Errorf("at once: %v", err)
				}
			})
		}
		wg.Wait()
		if done == 0 {
			t.Error("none of four imports at once was done")
		}
		if got := rolesOf(t, db, "100103"); len(got) != 2 {
			t.Errorf("roles %v", got)
		}
	})
}

func TestACancelledImportLeavesNothingAndBlocksNobody(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		store := storage.NewRoster(db, sealer(t, testKeys))
		_, err := roster.Import(ctx, store, fileOf(t, "m.csv", []byte(largeRoster(1200))), roster.Options{
			Progress: func(int, int) { cancel() },
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("err = %v", err)
		}
		if report := mustImport(t, db, smallRoster, roster.Options{}); report.New != 3 {
			t.Errorf("the next import: %+v", report)
		}
	})
}

// largeRoster makes a file of n members in a tree of plants and teams.
func largeRoster(n int) string {
	var b strings.Builder
	b.WriteString("staff_no,name,phone,gender,birthday,organisation,post,joined,wecom_userid,roles\n")
	for i := range n {
		role := ""
		if i%100 == 0 {
			role = "group_leader"
		}
		fmt.Fprintf(&b, "%06d,会员%d,139%08d,男,19%02d-0%d-15,集团公司/%d分厂/%d班,操作工,2010-07-01,user%d,%s\n",
			i, i, i, 60+i%40, 1+i%9, i%20, i%300, i, role)
	}
	return b.String()
}

// A plan that looks every row up by scanning shows as ten times the rows taking a hundred times as long. Ratios hold on a
// machine that does other things meanwhile, seconds do not.
func TestTenTimesTheMembersTakeAboutTenTimesAsLong(t *testing.T) {
	storagetest.Each(t, func(t *testing.T, db *storage.DB) {
		took := func(n int) time.Duration {
			content := largeRoster(n)
			began := time.Now()
			last := 0
			report := mustImport(t, db, content, roster.Options{Progress: func(done, total int) {
				if done < last || done > total {
					t.Errorf("progress went from %d to %d of %d", last, done, total)
				}
				last = done
			}})
			if report.Rows != n || report.RolesEnded != 0 || last != 2*n {
				t.Errorf("last progress %d, report %+v", last, report)
			}
			return time.Since(began)
		}
		few := took(300)
		if many := took(3000); many > 30*few {
			t.Errorf("300 members took %v, 3,000 took %v", few, many)
		}
	})
}
