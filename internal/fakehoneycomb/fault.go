package fakehoneycomb

import (
	"errors"
	"net/http"
	"net/http/httptest"
)

// Fault is a way for a request to go wrong. The zero value, [None], is none.
type Fault int

// Faults. What has "After" in its name takes effect first and then fails, so
// that the client cannot know.
const (
	None Fault = iota
	// RateLimited answers 429 and Retry-After, whatever the real count.
	RateLimited
	// InternalError answers 500.
	InternalError
	// Unavailable answers 503 with an empty body.
	Unavailable
	// BadGatewayAfter answers 502 with a proxy's HTML page.
	BadGatewayAfter
	// HangUpBefore closes the connection without an answer.
	HangUpBefore
	// HangUpAfter does so after the effect.
	HangUpAfter
	// TimeoutBefore answers nothing until the client gives up.
	TimeoutBefore
	// TimeoutAfter does so after the effect.
	TimeoutAfter
	// HTML answers 200 with a web page, as a proxy's login or a wrong address
	// does.
	HTML
	// WrongKey answers 401.
	WrongKey
	// Forbidden answers 403.
	Forbidden
)

// Faults returns every fault except [None].
func Faults() []Fault {
	var all []Fault
	for f := RateLimited; f <= Forbidden; f++ {
		all = append(all, f)
	}
	return all
}

var faultNames = [...]string{
	"none", "rate limited", "internal error", "unavailable", "bad gateway after", "hang up before",
	"hang up after", "timeout before", "timeout after", "html", "wrong key", "forbidden",
}

// String returns the name in plain words.
func (f Fault) String() string {
	if f < 0 || int(f) >= len(faultNames) {
		return "unknown fault"
	}
	return faultNames[f]
}

// after reports whether the request takes effect all the same.
func (f Fault) after() bool {
	return f == BadGatewayAfter || f == HangUpAfter || f == TimeoutAfter
}

const page = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n"

// play answers instead of the API. It does not return where the connection is
// to be cut.
func (f Fault) play(w http.ResponseWriter, r *http.Request) {
	switch f {
	case InternalError:
		problem{status: http.StatusInternalServerError, title: "internal server error"}.write(w)
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
	case BadGatewayAfter, HTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if f == HTML {
			w.WriteHeader(http.StatusOK)
		} else {
			w.WriteHeader(http.StatusBadGateway)
		}
		_, _ = w.Write([]byte(page))
	case WrongKey:
		unknownKey.write(w)
	case Forbidden:
		problem{status: http.StatusForbidden, title: "your API key does not have permission to do this"}.write(w)
	case TimeoutBefore, TimeoutAfter:
		<-r.Context().Done()
		abort()
	default:
		abort()
	}
}

// abort makes net/http close the connection without an answer.
func abort() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // the one way that net/http has
}

// Transport returns a round tripper that hands every request to the API,
// whatever its host, without a socket.
func (a *API) Transport() http.RoundTripper { return transport{a} }

type transport struct{ api *API }

// errHangUp is what a client sees when the connection is cut.
var errHangUp = errors.New("connection closed by peer before an answer")

func (t transport) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if v := recover(); v != nil {
			if v != http.ErrAbortHandler { //nolint:errorlint // identity, as net/http compares it
				panic(v) //nolint:forbidigo // somebody else's, raised again
			}
			response, err = nil, r.Context().Err()
			if err == nil {
				err = errHangUp
			}
		}
	}()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	served := r.Clone(r.Context())
	if served.Body == nil {
		served.Body = http.NoBody
	}
	defer func() { _ = served.Body.Close() }()
	recorder := httptest.NewRecorder()
	t.api.ServeHTTP(recorder, served)
	response = recorder.Result()
	response.Request = r
	return response, nil
}
