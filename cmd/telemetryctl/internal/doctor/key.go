package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/lift-sys/telemetry/honeycomb"
)

// The headers that Honeycomb reads, in lower case as env has them.
const (
	teamHeader    = "x-honeycomb-team"
	datasetHeader = "x-honeycomb-dataset"
)

// verdict is what is known of the key that data is sent with.
type verdict struct {
	access  *honeycomb.Access // nil: unknown
	refused bool              // nothing sent with it will be taken
}

// honeycombKey reports what the key is, and whether it is of this region.
func (e *examination) honeycombKey(ctx context.Context, p *prober) {
	a, host := e.answer, hostOf(e.signal.URL)
	access, known := readAccess(a)
	switch {
	case e.signal.Headers[teamHeader] == "":
		e.key.refused = true
		e.add(checkKey, Failure, "there is none", "set HONEYCOMB_API_KEY to an ingest key of the environment")
		e.skip("there is no key", checkRegion)
	case a.status == http.StatusUnauthorized:
		e.key.refused = true
		e.unknownKey(ctx, p)
	case known:
		e.key.access = &access
		e.describeKey(access)
		if regionOf(host) == "" {
			e.skip(host+" is not Honeycomb itself", checkRegion)
		} else {
			e.add(checkRegion, OK, "the key belongs to "+regionOf(host), "")
		}
	case a.isPage():
		e.add(checkKey, Failure, host+" answers with a web page", "a proxy may stand in between, or the address is not that of the API")
		e.skip("the key is not known", checkRegion)
	default:
		e.skip(fmt.Sprintf("%s answers %d and does not tell", host, a.status), checkKey, checkRegion)
	}
}

// readAccess reads an answer of /1/auth.
func readAccess(a *answer) (honeycomb.Access, bool) {
	var access honeycomb.Access
	ok := a.status == http.StatusOK && json.Unmarshal(a.body, &access) == nil && access.Team.Slug != ""
	return access, ok
}

func (e *examination) describeKey(access honeycomb.Access) {
	where := fmt.Sprintf("of environment %q in team %q", access.Environment.Slug, access.Team.Slug)
	if access.Classic() {
		where = fmt.Sprintf("of team %q, which is classic and has no environments", access.Team.Slug)
	}
	switch {
	case !access.Permissions["events"]:
		e.key.refused = true
		e.add(checkKey, Failure, "a key "+where+" that may not send events", "give it the permission Send Events, or use an ingest key")
	case e.c.Environment != "" && !access.Classic() && !strings.EqualFold(e.c.Environment, access.Environment.Slug) && !strings.EqualFold(e.c.Environment, access.Environment.Name):
		e.add(checkKey, Warning, fmt.Sprintf("a key %s, while deployment.environment.name is %q", where, e.c.Environment),
			"the key alone decides the environment: use that of the stage if it is not the right one")
	case access.Type == "ingest":
		e.add(checkKey, OK, "an ingest key "+where, "")
	default:
		e.add(checkKey, Warning, "a configuration key "+where+": it sends events, and may change more than that", "give the service an ingest key, which can do nothing else")
	}
}

// regions are Honeycomb's, by host.
var regions = map[string]string{"api.honeycomb.io": "us", "api.eu1.honeycomb.io": "eu"}

// regionOf returns the region of a host, or nothing for a host that stands in
// front of Honeycomb.
func regionOf(host string) string { return regions[strings.TrimSuffix(host, ":443")] }

// unknownKey asks the other region about a key that this one does not know.
func (e *examination) unknownKey(ctx context.Context, p *prober) {
	host := hostOf(e.signal.URL)
	here := regionOf(host)
	if here == "" {
		e.add(checkKey, Failure, host+" does not know the key", "copy the whole key again, and see that it has not been deleted")
		e.skip(host+" is not Honeycomb itself", checkRegion)
		return
	}
	other, address := "eu", honeycomb.EndpointEU
	if here == "eu" {
		other, address = "us", honeycomb.EndpointUS
	}
	a, err := p.get(ctx, address+"/1/auth", e.signal.Headers[teamHeader])
	switch {
	case err != nil:
		e.add(checkKey, Failure, host+" does not know the key", "copy the whole key again, and see that it has not been deleted")
		e.skip(hostOf(address)+" does not answer", checkRegion)
	case a.status == http.StatusOK:
		e.add(checkKey, Failure, host+" does not know the key", "")
		e.add(checkRegion, Failure, fmt.Sprintf("the key belongs to %s and data goes to %s", other, here), "set HONEYCOMB_REGION="+other)
	default:
		e.add(checkKey, Failure, "neither region knows the key", "copy the whole key again, and see that it has not been deleted")
		e.add(checkRegion, OK, "makes no difference", "")
	}
}

// datasetName is where Honeycomb puts the service's spans.
func (e *examination) datasetName() string {
	name := e.c.ServiceName
	if header := e.signal.Headers[datasetHeader]; header != "" {
		name = header
	}
	return Slug(name)
}

// Slug returns the name of a dataset as Honeycomb's API knows it: in lower
// case, and with a dash for each blank or slash.
func Slug(name string) string {
	return strings.NewReplacer(" ", "-", "/", "-").Replace(strings.ToLower(strings.TrimSpace(name)))
}

// dataset reports where spans arrive and, where a key may look, whether that is
// there yet.
func (e *examination) dataset(ctx context.Context, p *prober) {
	name := e.datasetName()
	key := e.o.ConfigurationKey
	if access := e.key.access; key == "" && access != nil && access.Type != "ingest" && access.Permissions["columns"] {
		key = e.signal.Headers[teamHeader]
	}
	if key == "" {
		e.skip(fmt.Sprintf("spans go to dataset %q; an ingest key cannot see whether it is there: set HONEYCOMB_CONFIGURATION_KEY", name), checkDataset)
		return
	}
	a, err := p.get(ctx, origin(e.signal.URL)+"/1/columns/"+url.PathEscape(name), key)
	switch {
	case err != nil:
		detail, _ := explain(err, e.signal, e.o.Timeout)
		e.skip(detail, checkDataset)
	case a.status == http.StatusOK && !a.isPage():
		e.add(checkDataset, OK, fmt.Sprintf("spans go to dataset %q, which exists", name), "")
	case a.status == http.StatusNotFound && e.key.access != nil && !e.key.access.Permissions["createDatasets"]:
		e.key.refused = true
		e.add(checkDataset, Failure, fmt.Sprintf("spans go to dataset %q, which does not exist, and the key may not create it", name),
			"give the key the permission Create Datasets, or correct OTEL_SERVICE_NAME")
	case a.status == http.StatusNotFound:
		e.add(checkDataset, OK, fmt.Sprintf("spans go to dataset %q, which the first one creates", name), "")
	default:
		e.skip(fmt.Sprintf("spans go to dataset %q; asked whether it is there, Honeycomb answers %d", name, a.status), checkDataset)
	}
}

// manages are the permissions that telemetryctl apply needs, and what the key's
// page calls them.
var manages = []struct{ permission, label string }{
	{"boards", "Manage Public Boards"},
	{"columns", "Manage Queries and Columns"},
	{"markers", "Manage Markers"},
	{"recipients", "Manage Recipients"},
	{"slos", "Manage SLOs"},
	{"triggers", "Manage Triggers"},
}

// management reports what the configuration key is good for.
func (e *examination) management(ctx context.Context, p *prober) {
	if e.o.ConfigurationKey == "" {
		e.skip("HONEYCOMB_CONFIGURATION_KEY is not set; only plan, apply and marker need it", checkManagement)
		return
	}
	a, err := p.get(ctx, origin(e.signal.URL)+"/1/auth", e.o.ConfigurationKey)
	if err != nil {
		detail, _ := explain(err, e.signal, e.o.Timeout)
		e.skip(detail, checkManagement)
		return
	}
	access, known := readAccess(a)
	switch {
	case a.status == http.StatusUnauthorized:
		e.add(checkManagement, Failure, hostOf(e.signal.URL)+" does not know HONEYCOMB_CONFIGURATION_KEY", "copy the whole key again; it must be of the same region")
	case !known:
		e.skip(fmt.Sprintf("%s answers %d and does not tell", hostOf(e.signal.URL), a.status), checkManagement)
	case access.Type == "ingest":
		e.add(checkManagement, Failure, "HONEYCOMB_CONFIGURATION_KEY is an ingest key, which can only send", "create a configuration key in the environment's settings")
	case e.key.access != nil && access.Environment.Slug != e.key.access.Environment.Slug:
		e.add(checkManagement, Warning, fmt.Sprintf("is of environment %q, while data goes to %q: boards there would stay empty", access.Environment.Slug, e.key.access.Environment.Slug),
			"use keys of one environment")
	default:
		e.describeManagement(access)
	}
}

func (e *examination) describeManagement(access honeycomb.Access) {
	var missing []string
	for _, m := range manages {
		if !access.Permissions[m.permission] {
			missing = append(missing, m.label)
		}
	}
	if len(missing) > 0 {
		e.add(checkManagement, Warning, "lacks "+strings.Join(missing, ", "), "enable them on the key's page if plan and apply need them")
		return
	}
	e.add(checkManagement, OK, "may manage boards, columns, markers, recipients, SLOs and triggers", "")
}
