package attr

import "go.opentelemetry.io/otel/attribute"

// The session group: one person's prompt on its way to verified code.
const (
	SessionID               attribute.Key = "session.id"
	SessionStatus           attribute.Key = "session.status"
	SessionSource           attribute.Key = "session.source"
	SessionPromptLength     attribute.Key = "session.prompt_length"
	SessionHolesCount       attribute.Key = "session.holes_count"
	SessionHolesResolved    attribute.Key = "session.holes_resolved"
	SessionIRVersion        attribute.Key = "session.ir_version"
	SessionValidationStatus attribute.Key = "session.validation_status"
	SessionHasMetadata      attribute.Key = "session.has_metadata"
)

// Values of session.status.
const (
	SessionActive    = "active"
	SessionFinalized = "finalized"
	SessionAbandoned = "abandoned"
)

// Values of session.source.
const (
	SourcePrompt = "prompt"
)

var validationStatuses = []string{IRValid, IRIncomplete, IRContradictory}

var sessionDefs = []Def{
	{
		Name: string(SessionID), Type: TypeString, Package: inRoot, Source: sourceSession, Spans: onEvery, Twin: string(GenAIConversationID),
		Brief: "The session that the request works on.", Note: "The twin stands on LLM spans only.",
	},
	{
		Name: string(SessionStatus), Type: TypeString, Values: []string{SessionActive, SessionFinalized, SessionAbandoned},
		Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "What has become of the session.",
	},
	{
		Name: string(SessionSource), Type: TypeString, Values: []string{SourcePrompt}, Open: true,
		Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "What the session was made from.",
	},
	{
		Name: string(SessionPromptLength), Type: TypeInt, Unit: "characters", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Length of the prompt.",
	},
	{
		Name: string(SessionHolesCount), Type: TypeInt, Unit: "holes", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Holes in the session's intermediate representation.",
	},
	{
		Name: string(SessionHolesResolved), Type: TypeInt, Unit: "holes", Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Holes that have got an answer.",
	},
	{
		Name: string(SessionIRVersion), Type: TypeInt, Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Version of the session's intermediate representation.",
	},
	{
		Name: string(SessionValidationStatus), Type: TypeString, Values: validationStatuses, Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Result of the last validation of the session's intermediate representation.",
	},
	{
		Name: string(SessionHasMetadata), Type: TypeBool, Package: inRoot, Source: SourceLift, Spans: onSession,
		Brief: "Whether the caller sent metadata along with the prompt.",
	},
}
