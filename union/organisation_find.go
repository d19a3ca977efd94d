package union

import (
	"strings"
	"unicode/utf8"
)

// leastPart is the shortest piece of a name by which an organisation is looked for.
const leastPart = 2

// Unit is the path without the root, by which people know an organisation: 一分厂/锅炉班. At the root it is the root's name.
func (o Organisation) Unit() string {
	if _, below, ok := strings.Cut(o.Path, "/"); ok {
		return below
	}
	return o.Path
}

// FindOrganisations returns those that a person means by a text: by the whole path or the end of one, with slashes or
// without - 集团公司/一分厂/锅炉班, 一分厂锅炉班, 锅炉班. Where there is none, they are those with the text in their name, and exact
// is false.
func FindOrganisations(all []Organisation, text string) (found []Organisation, exact bool) {
	wanted := orgKey(text)
	if wanted == "" {
		return nil, false
	}
	for _, o := range all {
		if endsWith(o.Path, wanted) {
			found = append(found, o)
		}
	}
	if len(found) > 0 || utf8.RuneCountInString(wanted) < leastPart {
		return found, len(found) > 0
	}
	for _, o := range all {
		if strings.Contains(orgKey(o.Name), wanted) {
			found = append(found, o)
		}
	}
	return found, false
}

// MentionedOrganisations returns those of which the name or the end of the path stands in a sentence, and that end. The
// longest end is meant: 一分厂锅炉班 is neither all of 一分厂 nor another's 锅炉班. With several that are as long, all are returned.
func MentionedOrganisations(all []Organisation, sentence string) (found []Organisation, said string) {
	folded := NameKey(strings.ReplaceAll(sentence, "／", "/"))
	for _, o := range all {
		names := strings.Split(o.Path, "/")
		for from := range names {
			for _, joined := range []string{strings.Join(names[from:], "/"), strings.Join(names[from:], "")} {
				end := NameKey(joined)
				switch {
				case utf8.RuneCountInString(end) < leastPart || !strings.Contains(folded, end) || len(end) < len(said):
				case len(end) > len(said):
					found, said = []Organisation{o}, end
				case len(found) == 0 || found[len(found)-1].ID != o.ID:
					found = append(found, o)
				}
			}
		}
	}
	return found, said
}

func orgKey(text string) string {
	return strings.NewReplacer("/", "", "-", "", ">", "").Replace(NameKey(strings.ReplaceAll(text, "／", "/")))
}

// endsWith says whether the last names of a path, joined, are the text.
func endsWith(path, wanted string) bool {
	names := strings.Split(path, "/")
	for from := range names {
		if orgKey(strings.Join(names[from:], "")) == wanted {
			return true
		}
	}
	return false
}
