package honeycomb

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// APIError is a request to Honeycomb that failed. Its text says what to do and
// never contains a secret.
type APIError struct {
	// Method and Path of the request.
	Method, Path string
	// Status of the answer; 0 where there was none.
	Status int
	// Message is what Honeycomb says, if it does.
	Message string
	// RequestID is what Honeycomb's support asks for. Mostly empty.
	RequestID string

	endpoint  string
	html      bool  // the answer is a web page
	passing   bool  // may succeed later
	uncertain bool  // may have taken effect
	stopped   bool  // the caller's context ended
	err       error // the cause where it is not the status
}

// Unwrap returns the cause, such as [context.DeadlineExceeded], or nil.
func (e *APIError) Unwrap() error { return e.err }

// Reason says in a few words why the request failed.
func (e *APIError) Reason() string {
	switch {
	case e.html && e.Status >= 400:
		return fmt.Sprintf("%d: a web page instead of JSON", e.Status)
	case e.html:
		return "a web page instead of JSON"
	case e.stopped:
		return "interrupted: " + e.err.Error()
	case e.err != nil && e.Status == 0:
		return "no answer: " + e.err.Error()
	case e.err != nil:
		return e.err.Error()
	case e.Message != "":
		return fmt.Sprintf("%d: %s", e.Status, e.Message)
	}
	return fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))
}

// Error names the request, what went wrong and what to do about it.
func (e *APIError) Error() string {
	s := fmt.Sprintf("honeycomb: %s %s: %s", e.Method, e.Path, e.Reason())
	if dataset := e.dataset(); dataset != "" && e.Status == http.StatusNotFound && !e.html {
		s = fmt.Sprintf("honeycomb: dataset %q is not there (%s): send a first event to it, name another, or use the key of its environment", dataset, e.Reason())
	} else if remedy := e.remedy(); remedy != "" {
		s += ": " + remedy
	}
	if e.RequestID != "" {
		s += " (request " + e.RequestID + ")"
	}
	return s
}

func (e *APIError) remedy() string {
	switch {
	case e.stopped:
		return ""
	case e.html && e.Status < 500:
		return fmt.Sprintf("is %s the address of Honeycomb's API, and does a proxy stand in between?", e.endpoint)
	case e.Status >= 300 && e.Status < 400:
		return fmt.Sprintf("is %s the address of Honeycomb's API?", e.endpoint)
	case e.Status == 0 && !e.passing:
		return fmt.Sprintf("check that %s is right and that no proxy replaces its certificate", e.endpoint)
	case e.Status == 0:
		return fmt.Sprintf("check the network, HTTPS_PROXY and the endpoint %s", e.endpoint)
	case e.Status == http.StatusUnauthorized:
		advice := e.endpoint + " does not know the key: copy the whole configuration key, "
		switch e.endpoint {
		case EndpointUS:
			return advice + "and if it belongs to the other region use " + EndpointEU
		case EndpointEU:
			return advice + "and if it belongs to the other region use " + EndpointUS
		}
		return advice + "and see that it is of the team behind this address"
	case e.Status == http.StatusForbidden:
		return "give the key the permission on its page, or see whether the team's plan has this"
	case e.Status == http.StatusNotFound && e.Path == authPath:
		return fmt.Sprintf("is %s the address of Honeycomb's API, without a path?", e.endpoint)
	case e.Status == http.StatusTooManyRequests:
		return "something else uses up the key's rate limit; try again in a minute"
	case e.Status >= 500:
		return "try again later; https://status.honeycomb.io says how Honeycomb is"
	}
	return ""
}

// dataset returns the dataset of a list's path, /1/kind/dataset. A longer path
// ends in an id, which is more likely to be what was not found.
func (e *APIError) dataset() string {
	path, _, _ := strings.Cut(e.Path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) != 3 || parts[1] == "boards" || parts[1] == "recipients" {
		return ""
	}
	if name, err := url.PathUnescape(parts[2]); err == nil {
		return name
	}
	return parts[2]
}

// status returns the status of the answer that err is about, or 0.
func status(err error) int {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Status
	}
	return 0
}

// uncertain reports whether the request may have taken effect although it
// failed.
func uncertain(err error) bool {
	e, ok := errors.AsType[*APIError](err)
	return ok && e.uncertain
}
