package env

// LensVariables returns the table of the environment variables that have a
// meaning for lens. The caller owns the slice.
func LensVariables() []Variable {
	of := func(name, meaning, def string, secret bool) Variable {
		return Variable{Name: name, DefinedBy: liftSys, Meaning: meaning, Default: def, Secret: secret, ReadBy: "lens"}
	}
	return []Variable{
		of("LENS_TOKEN", "token that services and the page have to send; any address but a loopback one needs it", "", true),
		of("LENS_URL", "address of the page as others open it, for the links of alerts; --url goes before it", "that of --addr", false),
		of("LENS_SLACK_WEBHOOK_URL", "incoming webhook of Slack that alerts are sent to", "", true),
		of("LENS_WEBHOOK_URL", "address that alerts are posted to as JSON", "", true),
		of("LENS_WEBHOOK_TOKEN", "bearer token for that address", "", true),
	}
}
