package env

// CommandVariables returns the table of the environment variables that have a
// meaning for the command telemetryctl, grouped by subject. Those that services
// know too stand in it where the command takes something else from them. The
// caller owns the slice.
func CommandVariables() []Variable {
	const command = "cmd/telemetryctl"
	of := func(name, definedBy, meaning, def string, secret bool) Variable {
		return Variable{Name: name, DefinedBy: definedBy, Meaning: meaning, Default: def, Secret: secret, ReadBy: command}
	}
	return []Variable{
		of("HONEYCOMB_CONFIGURATION_KEY", liftSys, "configuration key of plan, apply, destroy and marker; the doctor asks what it may do", "HONEYCOMB_API_KEY", true),
		of("HONEYCOMB_API_KEY", honeycomb, "the same where the variable above is unset, as Honeycomb's Terraform provider has it; an ingest key is refused", "", true),
		of("HONEYCOMB_API_ENDPOINT", honeycomb, "address of the management API; -api-url and -region go before it", "that of the region", false),
		of("HONEYCOMB_REGION", liftSys, "us or eu; -region goes before it", "us", false),
		of("HONEYCOMB_DATASET", honeycomb, "dataset that boards and alerts look at, or __all__; -dataset goes before it", "that of OTEL_SERVICE_NAME", false),
		of("OTEL_SERVICE_NAME", otel, "service whose dataset is meant", "", false),
		of("TELEMETRYCTL_RECIPIENTS", liftSys, "JSON file of whom alerts notify; -recipients goes before it", "", false),
		of("TELEMETRYCTL_PAGE", liftSys, "who is woken up, in the form of -page, which goes before it", "pagerduty:PAGERDUTY_INTEGRATION_KEY", false),
		of("TELEMETRYCTL_ENGINEERING", liftSys, "the engineers, in the form of -engineering", "slack:#engineering-alerts", false),
		of("TELEMETRYCTL_PERFORMANCE", liftSys, "who is told of slow requests, in the form of -performance", "slack:#performance", false),
		of("TELEMETRYCTL_COST", liftSys, "who is told of costs, in the form of -cost", "slack:#cost-alerts", false),
		of("PAGERDUTY_INTEGRATION_KEY", liftSys, "PagerDuty's integration key of 32 characters; another recipient's secret is in the variable that its flag or file names", "", true),
		of("TERM", "POSIX", "dumb or unset: no colours", "", false),
		of("NO_COLOR", noColor, "any value keeps colours out", "", false),
		of("FORCE_COLOR", liftSys, "any value but 0 colours what is not a terminal too, unless NO_COLOR is set", "", false),
	}
}
