package service

import "go.yaml.in/yaml/v3"

// Text is something said, in the languages it was written in. In a file it is a plain string, which is Chinese, or
// a mapping of zh and en.
type Text struct {
	ZH string `yaml:"zh"`
	EN string `yaml:"en"`
}

// In returns the text in a language ("zh-CN", "en"), or in Chinese where it was not written in that one.
func (t Text) In(language string) string {
	if len(language) >= 2 && language[:2] == "en" && t.EN != "" {
		return t.EN
	}
	return t.ZH
}

// String returns the Chinese text.
func (t Text) String() string { return t.ZH }

// Empty says whether nothing was written.
func (t Text) Empty() bool { return t.ZH == "" && t.EN == "" }

// UnmarshalYAML reads a plain string or a mapping.
func (t *Text) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		t.ZH = node.Value
		return nil
	}
	type plain Text
	return node.Decode((*plain)(t))
}
