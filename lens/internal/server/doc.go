// Package server answers lens's HTTP: OTLP from services, a JSON API for the web
// page, and the page.
//
// On a loopback address nobody has to prove anything, but a request whose Host is
// no loopback name, or that another site's page has sent, is refused. On any other
// address OTLP and the API need the token, as "Authorization: Bearer" or as
// X-Honeycomb-Team, which services that talk to Honeycomb send anyway.
//
// Errors are {"error": "..."} with a status of 400 and above. Times in fields
// that end in _ms are Unix milliseconds.
package server
