package roster

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/unionbot/unionbot/union"
)

func TestCellsAreReadAsPeopleWriteThem(t *testing.T) {
	for name, tt := range map[string]struct {
		parse func(string) (string, string)
		right map[string]string
		wrong []string
	}{
		"staff number": {parseStaffNo,
			map[string]string{"100237": "100237", "ａ-01": "A-01", "0012": "0012"},
			[]string{"", "-1", "焊-1", strings.Repeat("1", 33), "1'2"}},
		"name": {parseName,
			map[string]string{"王强": "王强", "Anna  Ivanova": "Anna Ivanova", "买买提·艾力": "买买提·艾力"},
			[]string{strings.Repeat("王", 65), "王\x00强", "王\ufffd", "\u200b"}},
		"phone": {parsePhone,
			map[string]string{"139 0000 0021": "13900000021", "+86-139-0000-0021": "13900000021", "１３９００００００２１": "13900000021",
				"(010)6554-3210": "01065543210"},
			[]string{"1390000002", "139000000211", "12900000021", "6110", "abc", "1.39E+10"}},
		"id card": {parseIDCard,
			map[string]string{"11010519491231002x": "11010519491231002X", "４４０５２４１８８００１０１００１４": "440524188001010014"},
			[]string{"110105194912310021", "11010519491331002X", "110105491331002", "170105194912310020", "1.10105E+17", "01010519491231002X"}},
		"gender": {parseGender, map[string]string{"男": "男", " 女性": "女", "M": "男", "female": "女"}, []string{"人", "0"}},
		"date": {parseDate,
			map[string]string{"1974-10-13": "1974-10-13", "1974/1/3": "1974-01-03", "1974.10.13": "1974-10-13", "19741013": "1974-10-13",
				"1974年1月3日": "1974-01-03", "1974-10-13 00:00": "1974-10-13", "1974-10-13 00:00:00": "1974-10-13"},
			[]string{"1974-02-29", "10-13-74", "45000", "1974", "1874-01-01", "1974-10-13 08:00", "十月十三", "Jul-08"}},
		"lunar birthday": {parseLunar, map[string]string{"十月十三": "L0000-10-13", "Ｌ1974-10-13": "L1974-10-13"}, []string{"1974-10-13"}},
		"organisation": {parseOrganisation,
			map[string]string{"集团公司 ／一分厂": "集团公司/一分厂"}, []string{"/一分厂", "a/b/c/d/e/f/g/h/i/j/k", "厂\ufffd"}},
		"WeCom user": {parseWeComUser,
			map[string]string{"ZhangWei": "zhangwei", "zw_1.2-3@x": "zw_1.2-3@x"}, []string{"张伟", "_x", "a b!", strings.Repeat("a", 65)}},
		"status": {parseStatus, map[string]string{"在职": "active", "RETIRED": "retired", "离职": "left"}, []string{"休假"}},
	} {
		for text, want := range tt.right {
			if got, wrong := tt.parse(text); wrong != "" || got != want {
				t.Errorf("%s %q = %q, %s, want %q", name, text, got, wrong, want)
			}
		}
		for _, text := range tt.wrong {
			if got, wrong := tt.parse(text); wrong == "" {
				t.Errorf("%s %q was read as %q", name, text, got)
			}
		}
	}
}

func TestRolesAreReadAsPeopleWriteThem(t *testing.T) {
	got, wrong := parseRoles("chair@集团公司; 分会主席 ；Representative＠集团公司／一分厂;;chair@集团公司")
	want := []RoleAt{
		{union.Chair, "集团公司"}, {union.BranchChair, ""}, {union.Representative, "集团公司/一分厂"},
	}
	if wrong != "" || !cmp.Equal(want, got) {
		t.Errorf("%s, %s", cmp.Diff(want, got), wrong)
	}
	for _, text := range []string{"班长", "chair@", "chair@/一分厂", "@集团公司", strings.Repeat("chair;", 51)} {
		if got, wrong := parseRoles(text); wrong == "" {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	named := map[union.Role]bool{}
	for _, role := range roleNames {
		named[role] = true
	}
	for _, role := range union.Roles() {
		if got, wrong := parseRoles(string(role)); wrong != "" || got[0].Role != role || !named[role] {
			t.Errorf("%s: %v, %s, named in Chinese: %v", role, got, wrong, named[role])
		}
	}
}

func TestProblemsMaskWhatIsSensitive(t *testing.T) {
	for _, tt := range []struct{ column, text, want string }{
		{"phone", "13900000021", "1*********1"}, {"id_card", "11010519491231002X", "1****************X"},
		{"name", "王强", "**"}, {"name", "欧阳修", "欧*修"}, {"gender", "人", "人"},
		{"post", strings.Repeat("长", 30), strings.Repeat("长", 24) + "…"},
	} {
		for _, c := range columns {
			if got := c.show(tt.text); c.name == tt.column && got != tt.want {
				t.Errorf("%s %q is shown as %q, want %q", tt.column, tt.text, got, tt.want)
			}
		}
	}
}
