package service

import (
	"slices"

	"github.com/unionbot/unionbot/union"
)

// Service is one thing that the union offers: a form, its review and its words. It is read from one file, is never
// changed afterwards, and may be used by many goroutines.
type Service struct {
	// Name is the stem of the file up to a date: suggestion.
	Name string `yaml:"-"`
	// File is the file's name: suggestion@2027-01-01.yaml.
	File string `yaml:"-"`
	// Hash names this very version: cases and drafts keep it, so that an old matter keeps the old rules.
	Hash string `yaml:"-"`
	// Source is the file's text; what is published under Hash.
	Source []byte `yaml:"-"`

	// From is the first day on which this version is in force; empty is from the beginning. It ends the day before the
	// next one's.
	From Day `yaml:"from"`
	// Disabled offers nothing under this name while the version is in force. A file may say no more than that.
	Disabled bool `yaml:"disabled"`

	// Prefix is the two letters that case numbers begin with: JY.
	Prefix string `yaml:"prefix"`
	// SharesPrefix lets other services that say so too count their cases under the same prefix.
	SharesPrefix bool `yaml:"shares_prefix"`
	// Title is the full name: 合理化建议. Short is used within a sentence: 建议.
	Title Text `yaml:"title"`
	Short Text `yaml:"short"`
	// Menu is the place in the menu, from 1; 0 keeps the service out of it.
	Menu int `yaml:"menu"`
	// Sensitive records every look at a case by somebody else than its author, for the author to see.
	Sensitive bool `yaml:"sensitive"`
	// Sealed keeps who filed a case apart from it: nothing that is stored names both. A sealed service is sensitive.
	Sealed bool `yaml:"sealed"`
	// Nudge is when somebody who left the form half filled is asked after it.
	Nudge Nudge `yaml:"nudge"`
	// Shields are those whom an open case keeps from cheerful greetings until an officer was asked.
	Shields []Shield `yaml:"shields"`
	// Wishes are said first to whoever has filed; of several whose condition holds, the first.
	Wishes []Wish `yaml:"wishes"`
	// Only are the roles whose holders may file; empty is every member.
	Only []union.Role `yaml:"only"`
	// Opening is said before the first question: what it is for, and which papers to have at hand.
	Opening    Text       `yaml:"opening"`
	Understand Understand `yaml:"understand"`
	Form       []Field    `yaml:"form"`
	// Sums follow from the answers by a rule. They are shown with the summary and kept with the case; nobody types one.
	Sums []Sum `yaml:"sums"`
	// Category is the class of hardship, or of anything else, that follows from answers and sums.
	Category Category `yaml:"category"`
	// Basis is the rule that the figures of the file follow.
	Basis Basis `yaml:"basis"`
	// Fund is the money from which the service pays; empty where it pays nothing.
	Fund string `yaml:"fund"`
	// Grant is the sum that is paid; empty where an officer sets it.
	Grant string `yaml:"grant"`
	// Award is what whoever filed a case gets for it, where the service awards anything.
	Award Award `yaml:"award"`
	// Ranking compares teams by the sums of their accepted reports, where the service ranks anybody.
	Ranking Ranking `yaml:"ranking"`
	// Papers are those that may follow what was granted.
	Papers Papers `yaml:"papers"`
	Pack   Pack   `yaml:"pack"`
	// Base is the money field that officers may correct (核减), whereupon the sums are worked out again.
	Base    string  `yaml:"base"`
	Summary Summary `yaml:"summary"`
	// Also is another service under which the matter may be filed as well.
	Also   Also   `yaml:"also"`
	Review []Step `yaml:"review"`
	// SignOnce has whoever accepted a step accept with it those that follow and that are theirs as well (SignsOnce).
	SignOnce bool `yaml:"sign_once"`
	// Undo is who takes back what was approved.
	Undo Undo `yaml:"undo"`
	// Clocks are the times that the union promises for the whole matter, besides each step's own.
	Clocks Clocks `yaml:"clocks"`
	// Together is up to how many yuan cases may be decided together with others, where the service pays; nil is the default.
	Together *int `yaml:"together_up_to"`
	// UrgeEvery is after how many hours an author may urge a case again; nil is after a day.
	UrgeEvery *int `yaml:"urge_every"`
	// FollowsAuthor is the condition, over the form, under which an open case goes along with an author who moves to another part of the
	// union; where it is empty none does.
	FollowsAuthor Expression `yaml:"follows_author"`
	// Satisfaction, where it is false, keeps authors from being asked how content they are with how a case was handled.
	Satisfaction *bool `yaml:"satisfaction"`
	// Copy are the roles whose nearest holders are given each case to read once it is decided for good.
	Copy  []union.Role `yaml:"copy"`
	Alarm Alarm        `yaml:"alarm"`
	Words Words        `yaml:"words"`

	// undoInOrder has those of a step that is signed in order undo it in order.
	undoInOrder bool
	clockLines  clockLines
}

// AsksHow says whether authors are asked how content they are.
func (s *Service) AsksHow() bool { return !s.Sealed && (s.Satisfaction == nil || *s.Satisfaction) }

// Understand says by which sentences a person means this service.
type Understand struct {
	// Phrases are words that ask for the service wherever they stand: 提个建议. What is left of the sentence without
	// them answers the field that says `sentence: true`.
	Phrases []string `yaml:"phrases"`
	// Signs are words of the matter itself, by which a sentence is meant for this service and which stay in it: 住院了.
	Signs []string `yaml:"signs"`
	// Except are words with which a phrase or sign means something else: 建议书.
	Except []string `yaml:"except"`
	// Examples are whole sentences that must be understood as this service; the tests play them.
	Examples []string `yaml:"examples"`
	// Anything offers the service for a sentence that names none: 食堂的菜太咸了.
	Anything bool `yaml:"anything"`
}

// Named lists all words by which a sentence names the service.
func (u Understand) Named() []string { return slices.Concat(u.Phrases, u.Signs) }

// Summary is what is shown before filing, and what may be chosen there.
type Summary struct {
	// Title is the case's one line in lists and cards, made of the form's fields: {proposal}.
	Title Template `yaml:"title"`
	// Detail is the field that a card shows under the title.
	Detail  string  `yaml:"detail"`
	Similar Similar `yaml:"similar"`
	// Anonymous allows filing without one's name being shown to officers.
	Anonymous bool `yaml:"anonymous"`
	// Sealed names the sealed service to which whoever wants more than that is pointed; empty points to none.
	Sealed string `yaml:"sealed"`
	// Advice is said before the summary is shown: what to do whether it is handed in or not.
	Advice Text `yaml:"advice"`
}

// Kind is the kind of a form field.
type Kind string

// The kinds of fields.
const (
	KindText     Kind = "text"
	KindChoice   Kind = "choice"
	KindChoices  Kind = "choices" // several of them
	KindYesNo    Kind = "yes_no"
	KindNumber   Kind = "number" // whole
	KindMoney    Kind = "money"
	KindDate     Kind = "date"
	KindTime     Kind = "time"   // a day with its time
	KindRating   Kind = "rating" // 1 to 5
	KindPhone    Kind = "phone"
	KindIDCard   Kind = "id_card"
	KindBankCard Kind = "bank_card"
	KindPictures Kind = "pictures"
	// KindFiles is papers: pictures of them, and files where a platform hands them over.
	KindFiles Kind = "files"
	// KindOrganisation is a node of the union's tree, KindMember one of its active members, KindMembers several.
	KindOrganisation Kind = "organisation"
	KindMember       Kind = "member"
	KindMembers      Kind = "members"
	// KindPlace is a place in words, of the field's list, or as a phone sends it.
	KindPlace Kind = "place"
	// KindList is the same few questions (Fields) of each of several, such as the members of a household.
	KindList Kind = "list"
)

// Kinds lists every kind of field.
func Kinds() []Kind {
	return []Kind{
		KindText, KindChoice, KindChoices, KindYesNo, KindNumber, KindMoney, KindDate, KindTime, KindRating, KindPhone, KindIDCard,
		KindBankCard, KindPictures, KindFiles, KindOrganisation, KindMember, KindMembers, KindPlace, KindList,
	}
}

// HasChoices says whether the kind is answered by choices that the file lists.
func (k Kind) HasChoices() bool { return k == KindChoice || k == KindChoices }

// Sent says whether the kind is answered by what is sent rather than said.
func (k Kind) Sent() bool { return k == KindPictures || k == KindFiles }

// FieldSupplement is kept for what an author adds after a return; no field of a form bears it.
const FieldSupplement = "supplement"

// FieldDisowned is kept for who was named as a co-author and is none; no field of a form bears it.
const FieldDisowned = "disowned"

// FieldRecused is kept for officers who have taken themselves out of the case, FieldDeclared for those who have said that they have
// no ties to whoever it is of. FieldChallenged is kept for those whom its author asks to stay out of it.
const (
	FieldRecused    = "recused"
	FieldDeclared   = "declared"
	FieldChallenged = "challenged"
)

// Field is one question of the form.
type Field struct {
	// Name is lower_snake; values are kept by it.
	Name string `yaml:"name"`
	Kind Kind   `yaml:"kind"`
	// Label names the field in the summary: 类别.
	Label   Text `yaml:"label"`
	Ask     Text `yaml:"ask"`
	Help    Text `yaml:"help"`
	Why     Text `yaml:"why"`
	Example Text `yaml:"example"`
	// Optional lets the person skip it.
	Optional bool `yaml:"optional"`
	// Unasked is true for a field that is filled when the person offers it, and shown in the summary, but not asked.
	Unasked bool `yaml:"unasked"`
	// When is the condition, over the fields above, under which the question belongs to the form. What was answered
	// before it ceased to belong is not filed.
	When Expression `yaml:"when"`
	// Max is the longest text or place in characters, the most pictures, choices or members, the largest number, or the largest sum in
	// yuan; Min the smallest number, the smallest sum in yuan, or the fewest choices or members.
	Max int `yaml:"max"`
	Min int `yaml:"min"`
	// Unit is what a number counts: 天.
	Unit Text `yaml:"unit"`
	// Age takes a year of birth for the number as well: 78年的.
	Age bool `yaml:"age"`
	// Fields are the questions of a list, the same of each. The first is a choice, whose words begin another one in a sentence.
	Fields []Field `yaml:"fields"`
	// Past and Future say where a date or a time lies that is said without its year; one on the other side of now is
	// refused.
	Past   bool `yaml:"past"`
	Future bool `yaml:"future"`
	// PartOfDay takes a time without its hour: 明天下午.
	PartOfDay bool `yaml:"part_of_day"`
	// Others takes every member but the author.
	Others bool `yaml:"others"`
	// Keywords are words beside which a sentence says the answer to this field rather than to another of its kind: 自付.
	Keywords []string `yaml:"keywords"`
	// About says that the case is about the one whom the answer names, whoever writes it: it is deleted with them.
	About bool `yaml:"about"`
	// MayDecide lets those whom the answer names decide the case: visitors, whoever handles it. Of others it is their own matter,
	// and they are kept out of it.
	MayDecide bool `yaml:"may_decide"`
	// Told, in an act's form, tells those whom the answer names what they are to do, and once more the day before the date that the act asks
	// for: visitors.
	Told bool `yaml:"told"`
	// Shares asks of members, the author among them, which share of the matter is whose: 张伟 60 王强 40. They are co-authors: what
	// is awarded is split by the shares, each of them is told and sees the case, and none of them decides it.
	Shares bool `yaml:"shares"`
	// Masked shows the answer in part only wherever several people look: in summaries, lists and cards.
	Masked bool `yaml:"masked"`
	// Needed are the papers that have to be among the pictures. Legible has each picture looked at whether it can be read.
	Needed  []Text `yaml:"needed"`
	Legible bool   `yaml:"legible"`
	// Known is the list of the reference data by which a text is understood: banks. What stands in none is asked back, and taken.
	Known Known `yaml:"known"`
	// Elsewhere is how papers may come other than through the chat, offered as a choice: 纸质材料交到分会.
	Elsewhere Text `yaml:"elsewhere"`
	// Any takes 都行 and 随便 for all of several choices: at which times somebody can be met.
	Any bool `yaml:"any"`
	// Unsure is what somebody may answer who does not know whether it is so: it counts as a no, and officers read that it was not
	// known: 不清楚(先按"否"算).
	Unsure Text `yaml:"unsure"`
	// Places are those that have a name of their own; any other is taken as it is said.
	Places []Place `yaml:"places"`
	// Sentence takes what is left of the sentence that began the form.
	Sentence bool `yaml:"sentence"`
	// Guess names the text field from which a choice is guessed by its choices' keywords. The question then comes
	// after that field, and only when no keyword was found.
	Guess   string   `yaml:"guess"`
	Choices []Choice `yaml:"choices"`
}

// Known names a list of the reference data.
type Known string

// KnownBanks lists banks by what people call them.
const KnownBanks Known = "banks"

// Place is a place that a form knows by name.
type Place struct {
	// Name is lower_snake; it is what is kept, and what a QR code says behind "place:".
	Name string `yaml:"name"`
	// Label is the name in full: 三车间/3号行车.
	Label Text `yaml:"label"`
	// Synonyms are other words for it: 三号行车.
	Synonyms []string `yaml:"synonyms"`
}

// Sum is money that follows from the answers.
type Sum struct {
	// Name is lower_snake, and none of the fields'.
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"` // 测算金额
	// Value is in fen: percent(cost - refund, 10). With a Unit it is a number of that, and no money: 人.
	Value Expression `yaml:"value"`
	Unit  Text       `yaml:"unit"`
	// When is the condition, over fields and the sums above, under which the sum belongs to the form; else it is nothing.
	When Expression `yaml:"when"`
	// Formula shows how it comes about, with answers and sums above in braces: ({income} − {rent}) ÷ {persons}.
	Formula Template `yaml:"formula"`
	// Of is the sum in fen to which Bands are applied, in place of Value.
	Of    Expression `yaml:"of"`
	Bands []Band     `yaml:"bands"`
}

// Choice is one answer of a choice field.
type Choice struct {
	// Name is lower_snake; it is what is kept.
	Name  string `yaml:"name"`
	Label Text   `yaml:"label"`
	// Synonyms are other ways to say the label in answer to the question.
	Synonyms []string `yaml:"synonyms"`
	// Keywords guess the choice from a text that contains one of them.
	Keywords []string `yaml:"keywords"`
	// Tells is said to who chooses it, and the question comes back: it is no answer. 先看隐私说明
	Tells Text `yaml:"tells"`
	// Ends is said to who chooses it, and the form ends without anything being kept: 不同意,我到分会办纸质的
	Ends Text `yaml:"ends"`
}

// Answers says whether the choice can be filed.
func (c Choice) Answers() bool { return c.Tells.Empty() && c.Ends.Empty() }

// Act is what an officer does with a task.
type Act string

// The acts. Which of them a step allows is the service's matter.
const (
	Accept Act = "accept" // 受理、同意、采纳
	Refuse Act = "refuse" // 不受理、驳回、不采纳: needs a reason
	Return Act = "return" // 退回补充: needs what is missing
	Merge  Act = "merge"  // 并入已有: needs the other case's number
	Reopen Act = "reopen" // 没改好: goes back to the step before, and needs a reason
	Waive  Act = "waive"  // 不奖励: goes on as accepted, without the award, and needs a reason

	// SendBack has an earlier step decided anew, and needs a reason. No file lists it: SendsBack says where it is done.
	SendBack Act = "send_back"
)

// Acts lists every act that a file may list.
func Acts() []Act { return []Act{Accept, Refuse, Return, Merge, Reopen, Waive} }

// Step is one decision of the review.
type Step struct {
	// Name is lower_snake; cases and cards carry it.
	Name  string `yaml:"name"`
	Title Text   `yaml:"title"` // 初审
	// Disabled leaves the step out of new cases.
	Disabled bool `yaml:"disabled"`
	// When is the condition, over fields and sums, under which a case goes through the step.
	When Expression `yaml:"when"`
	Who  Who        `yaml:"who"`
	// Mode is how many of those who have the step it takes; Share the percent of the seats that have to accept, of the mode of
	// that name, and Veto the roles one refusal of which ends it nevertheless.
	Mode  Mode         `yaml:"mode"`
	Share int          `yaml:"share"`
	Veto  []union.Role `yaml:"veto"`
	// NotBy are steps above whose deciders may not decide this one: who checks, approves and pays are different people.
	NotBy []string `yaml:"not_by"`
	// Lend says whether whoever stands in for an officer who is away may decide it; empty goes by what it decides (Lends).
	Lend Lend `yaml:"lend"`
	// Ties asks whoever accepts or refuses, once a case, whether they have ties to whoever it is of.
	Ties bool `yaml:"asks_ties"`
	// Days is the time to decide, in working days.
	Days int `yaml:"days"`
	// Due is a date question of officers at a step above: the time to decide ends with that day, as long as it has not passed.
	Due string `yaml:"due"`
	// From is a date question of the form or of officers at a step above: Days count from the end of that day on where it lies ahead.
	From string `yaml:"from"`
	// Silence is what happens, one move after the other, where nobody decides; empty is the default (Ladder).
	Silence []Move `yaml:"silence"`
	// Wait is how many working days must pass before the step can be accepted: the time of a public notice.
	Wait int `yaml:"wait"`
	// Reserve sets the grant aside from the fund with the step's acceptance, Pay counts it as paid.
	Reserve bool `yaml:"reserve"`
	Pay     bool `yaml:"pay"`
	// SendBack is what becomes of what was decided since, where an earlier step is to be decided anew; empty is SendThrough.
	SendBack Sending `yaml:"send_back"`
	// Later are questions that the author is asked before the step's officers are: the bank card, once it is clear that something is
	// paid. The case waits for the answers, and its clocks with it.
	Later []Field `yaml:"later"`
	// Publish is what officers may make public of the case, with the name masked and sums as bands only.
	Publish Template    `yaml:"publish"`
	Acts    []ActOption `yaml:"acts"`
}

// Who names those who decide a step: those who hold Role nearest above the author, never the author; where there is
// none, those who hold the first of Otherwise that somebody holds.
type Who struct {
	Role union.Role `yaml:"role"`
	// Group stands in place of Role: those of a named group of the reference data, who are read when they are asked and when they
	// decide. Role is then that of the group.
	Group string `yaml:"group"`
	// Seats stand in place of Role where a step needs several signatures: offices, each of which has a seat, to be signed by any
	// one of those who hold it nearest above the author.
	Seats []union.Role `yaml:"seats"`
	// Author stands in place of Role: whoever filed the case says whether what was done is right. Otherwise is then asked
	// where the author is a member no more.
	Author    bool         `yaml:"author"`
	Otherwise []union.Role `yaml:"otherwise"`
	// Top takes only those who hold the role over the whole union.
	Top bool `yaml:"top"`
	// Level takes only those who hold Role so deep below the root of the tree: 1 is its branches. Above takes only those who hold it above
	// whoever decided the step of that name.
	Level int    `yaml:"level"`
	Above string `yaml:"above"`
	// Apart leaves out those who work in the author's own branch of the tree, one level below the root.
	Apart bool `yaml:"apart"`
	// Unless is a text field in which the author may write whom to leave out, by name or by organisation.
	Unless string `yaml:"unless"`
}

// ActOption is an act that a step allows, as its button says it.
type ActOption struct {
	Act  Act  `yaml:"act"`
	Word Text `yaml:"word"` // 受理
	// Synonyms are other words for it: 同意, 采纳.
	Synonyms []string `yaml:"synonyms"`
	// Menu puts it into the card's menu instead of among its buttons.
	Menu bool `yaml:"menu"`
	// Ask is what the act has to be explained by, and the act needs it: 请写五定. Empty leaves an acceptance without one.
	Ask Text `yaml:"ask"`
	// Reasons are words that are often said with the act, to be picked by number. Any others may be written.
	Reasons []Text `yaml:"reasons"`
	// Rules are the lines by which it is refused, offered after Reasons: the author reads which one it was.
	Rules []RuleLine `yaml:"rules"`
	// Proof wants a picture of what was done along with the words that Ask asks for.
	Proof bool `yaml:"proof"`
	// Form is what the officer answers with the act, question by question: who mends it, by when. The answers stay with the case,
	// and later steps and what is awarded may look at them. They go on record, and to the author, as what was said.
	Form []Field `yaml:"form"`
	// Ceiling is the most, in yuan, that the officer may grant with the act; 0 where there is nothing to set.
	Ceiling int `yaml:"ceiling"`
}

// Explained says whether the act is done with words of the officer only.
func (o ActOption) Explained() bool {
	return o.Act == Refuse || o.Act == Return || o.Act == Reopen || o.Act == Waive || o.Act == SendBack || !o.Ask.Empty()
}

// Words are the sentences of the service. Every one may name {name}, {number}, {service} and {title}; what else is
// known to which is in the table of template.go.
type Words struct {
	Filed        Template `yaml:"filed"`        // to the author, in the conversation
	Accepted     Template `yaml:"accepted"`     // to the author, ends the review
	Passed       Template `yaml:"passed"`       // to the author, goes on to the next step
	Later        Template `yaml:"later"`        // to the author, who is asked something before the next step
	Refused      Template `yaml:"refused"`      // to the author
	Returned     Template `yaml:"returned"`     // to the author, who has to add something
	Merged       Template `yaml:"merged"`       // to the author
	Supplemented Template `yaml:"supplemented"` // to the author, in the conversation
	Withdrawn    Template `yaml:"withdrawn"`    // to the author, in the conversation
}
