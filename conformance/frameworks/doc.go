// Package frameworks has tests alone: services on net/http, chi, gin, echo,
// connect and gRPC, each behind a real listener, whose requests must all leave
// the same trace. The code that a service needs for that is marked, and
// docs/INTEGRATIONS.md shows it.
package frameworks
