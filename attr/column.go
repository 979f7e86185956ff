package attr

// Columns that Honeycomb derives from every OTLP span. Queries name them;
// nothing may emit an attribute under these names, because it would overwrite
// the column. They are plain strings, not attribute keys, for that reason.
const (
	ColumnName               = "name"
	ColumnType               = "type"
	ColumnError              = "error"
	ColumnDurationMS         = "duration_ms"
	ColumnStatusCode         = "status_code"
	ColumnStatusMessage      = "status_message"
	ColumnTraceTraceID       = "trace.trace_id"
	ColumnTraceSpanID        = "trace.span_id"
	ColumnTraceParentID      = "trace.parent_id"
	ColumnTraceLinkTraceID   = "trace.link.trace_id"
	ColumnTraceLinkSpanID    = "trace.link.span_id"
	ColumnParentName         = "parent_name"
	ColumnSpanKind           = "span.kind"
	ColumnSpanNumEvents      = "span.num_events"
	ColumnSpanNumLinks       = "span.num_links"
	ColumnMetaAnnotationType = "meta.annotation_type"
	ColumnMetaSignalType     = "meta.signal_type"
	ColumnLibraryName        = "library.name"
	ColumnLibraryVersion     = "library.version"
)

// Values of meta.annotation_type.
const (
	AnnotationSpanEvent = "span_event"
	AnnotationLink      = "link"
)

var columnDefs = []Def{
	{
		Name: ColumnName, Type: TypeString, Source: sourceHoneycomb,
		Brief: "Name of the span or of the span event.",
	},
	{
		Name: ColumnType, Type: TypeString, Source: sourceHoneycomb,
		Brief: "Kind of the span: server, client, internal, producer or consumer.",
	},
	{
		Name: ColumnError, Type: TypeBool, Source: sourceHoneycomb,
		Brief: "True where the span's status is Error, absent otherwise.",
	},
	{
		Name: ColumnDurationMS, Type: TypeFloat, Unit: "ms", Source: sourceHoneycomb,
		Brief: "Duration of the span; absent on events and links.",
	},
	{
		Name: ColumnStatusCode, Type: TypeInt, Source: sourceHoneycomb,
		Brief: "Status of the span: 0 unset, 1 ok, 2 error.",
	},
	{
		Name: ColumnStatusMessage, Type: TypeString, Source: sourceHoneycomb,
		Brief: "Description of the span's status.",
	},
	{
		Name: ColumnTraceTraceID, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The trace that the row belongs to.",
	},
	{
		Name: ColumnTraceSpanID, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The span; absent on events and links.",
	},
	{
		Name: ColumnTraceParentID, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The parent span; absent on the root. On events and links, the span that has them.",
	},
	{
		Name: ColumnTraceLinkTraceID, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The trace that a link points at.",
	},
	{
		Name: ColumnTraceLinkSpanID, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The span that a link points at.",
	},
	{
		Name: ColumnParentName, Type: TypeString, Source: sourceHoneycomb,
		Brief: "On events and links, the name of the span that has them.",
	},
	{
		Name: ColumnSpanKind, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The same as type.",
	},
	{
		Name: ColumnSpanNumEvents, Type: TypeInt, Unit: "events", Source: sourceHoneycomb,
		Brief: "Events on the span.",
	},
	{
		Name: ColumnSpanNumLinks, Type: TypeInt, Unit: "links", Source: sourceHoneycomb,
		Brief: "Links on the span.",
	},
	{
		Name: ColumnMetaAnnotationType, Type: TypeString, Source: sourceHoneycomb, Values: []string{AnnotationSpanEvent, AnnotationLink},
		Brief: "Tells rows that are not spans; absent on spans.",
	},
	{
		Name: ColumnMetaSignalType, Type: TypeString, Source: sourceHoneycomb,
		Brief: "The signal that the row came with: trace, log or metric.",
	},
	{
		Name: ColumnLibraryName, Type: TypeString, Source: sourceHoneycomb,
		Brief: "Name of the instrumentation scope.",
	},
	{
		Name: ColumnLibraryVersion, Type: TypeString, Source: sourceHoneycomb,
		Brief: "Version of the instrumentation scope.",
	},
}
