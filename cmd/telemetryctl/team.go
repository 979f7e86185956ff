package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
	"github.com/lift-sys/telemetry/honeycomb"
)

// The variables that say which team is meant. Region, endpoint and dataset are
// those that the library reads too.
const (
	configurationKey = "HONEYCOMB_CONFIGURATION_KEY"
	apiKey           = "HONEYCOMB_API_KEY"
	apiEndpoint      = "HONEYCOMB_API_ENDPOINT"
	regionVariable   = "HONEYCOMB_REGION"
	datasetVariable  = "HONEYCOMB_DATASET"
	serviceVariable  = "OTEL_SERVICE_NAME"
)

// team is which API is spoken to.
type team struct {
	Region string `placeholder:"us|eu" help:"Honeycomb's region, else $$HONEYCOMB_REGION, else us."`
	APIURL string `name:"api-url" placeholder:"URL" help:"Address of the API in place of the region's, else $$HONEYCOMB_API_ENDPOINT."`
}

// client returns the client of the team. Waits are told to waiting.
func (t team) client(p *process, waiting func(time.Duration, string)) (*honeycomb.Client, error) {
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	endpoint, err := t.endpoint(p)
	if err != nil {
		return nil, err
	}
	options := []honeycomb.ClientOption{honeycomb.WithEndpoint(endpoint), honeycomb.WithWaiting(waiting)}
	if p.transport != nil {
		options = append(options, honeycomb.WithTransport(p.transport))
	}
	return honeycomb.NewClient(key, options...)
}

// key returns the configuration key.
func (p *process) key() (string, error) {
	if key := p.get(configurationKey); key != "" {
		return key, nil
	}
	key := strings.TrimSpace(p.get(apiKey))
	switch {
	case key == "":
		return "", fmt.Errorf("no key: create a configuration key in the environment's settings and put it into %s", configurationKey)
	case isIngestKey(key):
		return "", fmt.Errorf("%s has an ingest key, which can only send: create a configuration key in the environment's settings and put it into %s", apiKey, configurationKey)
	}
	return key, nil
}

// isIngestKey tells a key by its public prefix: hc, a letter, and ik or ic.
func isIngestKey(key string) bool {
	return len(key) > 6 && key[:2] == "hc" && (key[3:6] == "ik_" || key[3:6] == "ic_")
}

// endpoint resolves the address: flags before variables, an address before a
// region.
func (t team) endpoint(p *process) (string, error) {
	if t.Region != "" && t.APIURL != "" {
		return "", errors.New("-region and -api-url are both given: use one of them")
	}
	address, source := t.APIURL, "-api-url"
	if address == "" && t.Region == "" {
		address, source = p.get(apiEndpoint), apiEndpoint
	}
	if address != "" {
		if u, err := url.Parse(address); err != nil || u.User != nil {
			// Not quoted: it may hold a password.
			return "", fmt.Errorf("%s: want an address without user and password, such as %s", source, honeycomb.EndpointUS)
		}
		return address, nil
	}
	region, source := t.Region, "-region"
	if region == "" {
		region, source = p.get(regionVariable), regionVariable
	}
	switch strings.ToLower(region) {
	case "", "us":
		return honeycomb.EndpointUS, nil
	case "eu":
		return honeycomb.EndpointEU, nil
	}
	return "", fmt.Errorf("%s %q: want us or eu", source, region)
}

// planFlag is the plan of the team.
type planFlag struct {
	Plan string `enum:"free,pro,enterprise" default:"free" placeholder:"free|pro|enterprise" help:"The team's plan, free by default. What it has no room for is left out, and named."`
}

// kind returns the plan; kong has checked the name.
func (f planFlag) kind() (honeycomb.PlanKind, error) { return honeycomb.ParsePlanKind(f.Plan) }

// scope is where a definition goes.
type scope struct {
	team
	planFlag
	routing
	Dataset       string `placeholder:"NAME" help:"Dataset of the service's spans, else $$HONEYCOMB_DATASET, else that of $$OTEL_SERVICE_NAME; __all__ stands for all of the environment's."`
	ColumnDataset string `placeholder:"NAME" help:"Dataset to make missing columns in where the dataset is __all__."`
}

// settings returns the settings for the honeycomb package.
func (s scope) settings(p *process) (honeycomb.Settings, error) {
	plan, err := s.kind()
	if err != nil {
		return honeycomb.Settings{}, err
	}
	dataset := cmp.Or(s.Dataset, p.get(datasetVariable), doctor.Slug(p.get(serviceVariable)))
	if dataset == "" {
		return honeycomb.Settings{}, fmt.Errorf("no dataset: name the one that receives the service's spans, which is its service.name, with -dataset or %s; or -dataset %s", datasetVariable, honeycomb.AllDatasets)
	}
	return honeycomb.Settings{Dataset: dataset, ColumnDataset: s.ColumnDataset, Plan: plan, Lookup: p.lookup}, nil
}

// target says in one line what is being looked at.
func target(c *honeycomb.Client, changes *honeycomb.Changes, s honeycomb.Settings) string {
	place := fmt.Sprintf("team %q, environment %q", changes.Access.Team.Slug, changes.Access.Environment.Slug)
	if changes.Access.Classic() {
		place = fmt.Sprintf("classic team %q", changes.Access.Team.Slug)
	}
	dataset := fmt.Sprintf("dataset %q", s.Dataset)
	if s.Dataset == honeycomb.AllDatasets {
		dataset = "all datasets"
	}
	return fmt.Sprintf("%s, %s, %s plan, at %s", place, dataset, s.Plan, c.Endpoint())
}
