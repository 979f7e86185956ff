package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

// recipientsFile is the variable that names the file.
const recipientsFile = "TELEMETRYCTL_RECIPIENTS"

// routing is whom alerts notify. For each channel a flag goes before its
// variable, the variable before the file, and the file before the default.
type routing struct {
	Recipients  string   `placeholder:"FILE" help:"JSON file with the recipients of each channel, else $$TELEMETRYCTL_RECIPIENTS."`
	Page        []string `placeholder:"TO" help:"Who is woken up, else $$TELEMETRYCTL_PAGE, else pagerduty:PAGERDUTY_INTEGRATION_KEY. TO is slack:#channel, email:address, pagerduty:VARIABLE, webhook:VARIABLE, teams:VARIABLE or none; a VARIABLE holds the integration key or address."`
	Engineering []string `placeholder:"TO" help:"The engineers' channel, else $$TELEMETRYCTL_ENGINEERING, else slack:#engineering-alerts."`
	Performance []string `placeholder:"TO" help:"Who is told of slow requests, else $$TELEMETRYCTL_PERFORMANCE, else slack:#performance."`
	Cost        []string `placeholder:"TO" help:"Who is told of costs, else $$TELEMETRYCTL_COST, else slack:#cost-alerts."`
	Runbooks    string   `placeholder:"URL" help:"Address of the runbooks that alerts link to."`
}

// definition returns the definition of lift-sys with these recipients.
func (r routing) definition(p *process) (honeycomb.Definition, error) {
	routes, err := r.routes(p)
	if err != nil {
		return honeycomb.Definition{}, err
	}
	return p.define(liftsys.Options{Runbooks: r.Runbooks, Routes: routes}), nil
}

// routes resolves the channels.
func (r routing) routes(p *process) (liftsys.Routes, error) {
	var routes liftsys.Routes
	if file := cmp.Or(r.Recipients, p.get(recipientsFile)); file != "" {
		read, err := readRoutes(file)
		if err != nil {
			return routes, err
		}
		routes = read
	}
	for _, channel := range []struct {
		name string
		flag []string
		to   *[]honeycomb.Recipient
	}{
		{"page", r.Page, &routes.Page},
		{"engineering", r.Engineering, &routes.Engineering},
		{"performance", r.Performance, &routes.Performance},
		{"cost", r.Cost, &routes.Cost},
	} {
		specs, source := channel.flag, "-"+channel.name
		if specs == nil {
			source = channelVariable(channel.name)
			if v := p.get(source); v != "" {
				specs = strings.Split(v, ",")
			}
		}
		if specs == nil {
			continue
		}
		list, err := parseRecipients(channel.name, specs)
		if err != nil {
			return routes, fmt.Errorf("%s %w", source, err)
		}
		*channel.to = list
	}
	return routes, nil
}

// channelVariable is the variable of a channel.
func channelVariable(channel string) string { return "TELEMETRYCTL_" + strings.ToUpper(channel) }

// burnAlertsNotify checks that burn alerts have somebody, without whom Honeycomb
// takes none, and names what says otherwise.
func (r routing) burnAlertsNotify(p *process, plan honeycomb.PlanKind, d honeycomb.Definition) error {
	lonely := slices.ContainsFunc(d.SLOs, func(s honeycomb.SLO) bool {
		return slices.ContainsFunc(s.BurnAlerts, func(b honeycomb.BurnAlert) bool { return len(b.Recipients) == 0 })
	})
	if !lonely {
		return nil
	}
	source := "-engineering none"
	switch {
	case r.Engineering != nil:
	case p.get(channelVariable("engineering")) != "":
		source = channelVariable("engineering") + "=none"
	default:
		source = fmt.Sprintf("recipients %q: \"engineering\": []", cmp.Or(r.Recipients, p.get(recipientsFile)))
	}
	return fmt.Errorf("%s: the %s plan has SLOs, whose burn alerts have to notify somebody: name somebody, such as -engineering email:oncall@example.com, or stay on -plan free, which has no SLOs", source, plan)
}

// parseRecipients reads the recipients of a channel. The result is never nil.
func parseRecipients(channel string, specs []string) ([]honeycomb.Recipient, error) {
	list := []honeycomb.Recipient{}
	if len(specs) == 0 {
		return nil, errors.New(`"": want somebody, such as slack:#channel, or none for nobody`)
	}
	for _, spec := range specs {
		spec = strings.TrimSpace(spec)
		if spec == "none" {
			if len(specs) > 1 {
				return nil, errors.New(`"none": want it alone`)
			}
			return list, nil
		}
		one, err := parseRecipient("lift-sys "+channel, spec)
		if err != nil {
			return nil, err
		}
		if err := joins(list, one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// joins refuses a recipient that is in the list of its channel already, or whose
// name would make it look so.
func joins(list []honeycomb.Recipient, one honeycomb.Recipient) error {
	for _, have := range list {
		switch {
		case have == one || have.String() == one.String() && one.Target != "":
			return fmt.Errorf("%s is there twice: want it once", one)
		case have.Name == one.Name:
			return fmt.Errorf("%s is the name of two: give each a \"name\" of its own in the file for -recipients", one)
		}
	}
	return nil
}

// parseRecipient reads type:what. Neither stands in an error where it could be a
// secret.
func parseRecipient(name, spec string) (honeycomb.Recipient, error) {
	kind, what, _ := strings.Cut(spec, ":")
	r := honeycomb.Recipient{Name: name + " by " + kind, Type: honeycomb.RecipientType(kind)}
	switch kind {
	case "slack", "email":
		if what == "" {
			return r, fmt.Errorf("%q: want slack:#channel or email:address", spec)
		}
		r.Target, r.Name = what, what
		return r, nil
	case "pagerduty", "webhook", "teams":
		if !isVariable(what) {
			return r, fmt.Errorf("%q: want %[1]s:VARIABLE, the name of the environment variable that holds the secret, and not the secret itself", kind)
		}
	default:
		// Not quoted: somebody may have put the secret there.
		return r, errors.New("wants slack:#channel, email:address, pagerduty:VARIABLE, webhook:VARIABLE, teams:VARIABLE or none")
	}
	switch kind {
	case "pagerduty":
		r.Key = honeycomb.SecretEnv(what)
	case "teams":
		r.Type, r.URL = honeycomb.MSTeamsWorkflow, honeycomb.SecretEnv(what)
	default:
		r.URL = honeycomb.SecretEnv(what)
	}
	return r, nil
}

// isVariable reports whether a text can be the name of an environment variable
// and hardly a secret: capitals, digits and underscores, with a letter first.
func isVariable(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// fileRecipient is a recipient as the file has it. Secrets are named, and never
// in the file.
type fileRecipient struct {
	Type   string `json:"type"`
	Name   string `json:"name"`
	Target string `json:"target"`
	URLEnv string `json:"url_env"`
	KeyEnv string `json:"key_env"`
}

// fileRoutes are the channels as the file has them. One that is left out or null
// keeps its default; one with an empty list notifies nobody.
type fileRoutes struct {
	Page        []fileRecipient `json:"page"`
	Engineering []fileRecipient `json:"engineering"`
	Performance []fileRecipient `json:"performance"`
	Cost        []fileRecipient `json:"cost"`
}

// readRoutes reads a file of recipients.
func readRoutes(name string) (liftsys.Routes, error) {
	var routes liftsys.Routes
	f, err := os.Open(name) //nolint:gosec // the user's own file
	if err != nil {
		return routes, fmt.Errorf("recipients: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return routes, fmt.Errorf("recipients: %w", err)
	}
	file, err := decodeRoutes(data)
	if err != nil {
		return routes, fmt.Errorf("recipients %q: %w", name, err)
	}
	for _, channel := range []struct {
		name string
		from []fileRecipient
		to   *[]honeycomb.Recipient
	}{
		{"page", file.Page, &routes.Page},
		{"engineering", file.Engineering, &routes.Engineering},
		{"performance", file.Performance, &routes.Performance},
		{"cost", file.Cost, &routes.Cost},
	} {
		if channel.from == nil {
			continue
		}
		*channel.to = []honeycomb.Recipient{}
		for i, r := range channel.from {
			one, err := r.recipient(channel.name)
			if err != nil {
				return routes, fmt.Errorf("recipients %q: %s, entry %d: %w", name, channel.name, i+1, err)
			}
			if err := joins(*channel.to, one); err != nil {
				return routes, fmt.Errorf("recipients %q: %s, entry %d: %w", name, channel.name, i+1, err)
			}
			*channel.to = append(*channel.to, one)
		}
	}
	return routes, nil
}

// decodeRoutes reads the JSON and says in which line it is wrong.
func decodeRoutes(data []byte) (fileRoutes, error) {
	var file fileRoutes
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.DisallowUnknownFields()
	err := d.Decode(&file)
	if err == nil && d.More() {
		return file, errors.New("has something after the first JSON object: remove it")
	}
	if err == nil {
		return file, nil
	}
	offset := d.InputOffset()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		offset = kind.Offset
		words := map[string]string{"array": "a list", "object": "an object", "bool": "true or false"}
		wanted := map[reflect.Kind]string{reflect.Slice: "a list", reflect.Struct: "an object"}[kind.Type.Kind()]
		err = fmt.Errorf("%q is %s, want %s", cmp.Or(kind.Field, "the whole"), cmp.Or(words[kind.Value], "a "+kind.Value), cmp.Or(wanted, "a string"))
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return file, fmt.Errorf(`unknown field %s: want "page", "engineering", "performance", "cost" with lists of {"type", "name", "target", "url_env", "key_env"}; a secret stays in the environment, under the name in "url_env" or "key_env"`, field)
	}
	line := 1 + strings.Count(string(data[:min(max(offset, 0), int64(len(data)))]), "\n")
	return file, fmt.Errorf("line %d is not the JSON that was expected: %w", line, err)
}

// recipient checks what the definition's own validation cannot know.
func (r fileRecipient) recipient(channel string) (honeycomb.Recipient, error) {
	types := []string{"slack", "email", "pagerduty", "webhook", "teams"}
	if !slices.Contains(types, r.Type) {
		return honeycomb.Recipient{}, fmt.Errorf("type %q: want %s", r.Type, strings.Join(types, ", "))
	}
	for _, variable := range []string{r.URLEnv, r.KeyEnv} {
		if variable != "" && !isVariable(variable) {
			return honeycomb.Recipient{}, errors.New(`"url_env" and "key_env": want the name of an environment variable in capitals, and not the secret itself`)
		}
	}
	one := honeycomb.Recipient{
		Name: cmp.Or(r.Name, r.Target, "lift-sys "+channel+" by "+r.Type),
		Type: honeycomb.RecipientType(r.Type), Target: r.Target,
	}
	if r.Type == "teams" {
		one.Type = honeycomb.MSTeamsWorkflow
	}
	if r.URLEnv != "" {
		one.URL = honeycomb.SecretEnv(r.URLEnv)
	}
	if r.KeyEnv != "" {
		one.Key = honeycomb.SecretEnv(r.KeyEnv)
	}
	return one, nil
}

// missingSecrets names every variable that a recipient needs and nobody has set.
func missingSecrets(d honeycomb.Definition, p *process) error {
	var errs []error
	for _, r := range d.Recipients {
		for _, s := range []honeycomb.Secret{r.URL, r.Key} {
			if name := s.Env(); name != "" && p.get(name) == "" {
				errs = append(errs, fmt.Errorf("recipient %q: environment variable %q is not set: set it to the recipient's secret, or choose another recipient, such as -page email:oncall@example.com or -page none", r.Name, name))
			}
		}
	}
	return errors.Join(errs...)
}
