package liftsys

// The names of the triggers, by which [alerttest] finds them too.
//
// [alerttest]: https://pkg.go.dev/github.com/lift-sys/telemetry/honeycomb/alerttest
const (
	HighErrorRate            = "High error rate"
	DatabaseConnectionErrors = "Database connection errors"
	LLMProviderFailure       = "LLM provider failure"
	LLMCostSpike             = "LLM cost spike"
	SlowRequests             = "Slow requests"
	CodeGenerationFailing    = "Code generation failing"
	EventBudget              = "Event budget"
	AverageCostPerRequest    = "Average cost per request"
)

// The names of the SLOs.
const (
	RequestsSucceed = "Requests succeed"
	RequestsAreFast = "Requests are fast"
)
