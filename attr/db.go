package attr

import "go.opentelemetry.io/otel/attribute"

// The db group and its OpenTelemetry twins: one call of a database.
const (
	DBOperation          attribute.Key = "db.operation"
	DBTable              attribute.Key = "db.table"
	DBStatement          attribute.Key = "db.statement"
	DBRowsAffected       attribute.Key = "db.rows_affected"
	DBOperationName      attribute.Key = "db.operation.name"
	DBCollectionName     attribute.Key = "db.collection.name"
	DBQueryText          attribute.Key = "db.query.text"
	DBSystemName         attribute.Key = "db.system.name"
	DBNamespace          attribute.Key = "db.namespace"
	DBResponseStatusCode attribute.Key = "db.response.status_code"
	DBOperationBatchSize attribute.Key = "db.operation.batch.size"

	DBClientConnectionPoolName attribute.Key = "db.client.connection.pool.name"
	DBClientConnectionState    attribute.Key = "db.client.connection.state"
)

// Values of db.operation; others are allowed.
const (
	DBInsert = "insert"
	DBSelect = "select"
	DBUpdate = "update"
	DBDelete = "delete"
)

// Values of db.client.connection.state.
const (
	DBConnectionIdle = "idle"
	DBConnectionUsed = "used"
)

var dbDefs = []Def{
	{
		Name: string(DBOperation), Type: TypeString, Values: []string{DBInsert, DBSelect, DBUpdate, DBDelete}, Open: true,
		Package: inSQL, Source: SourceLift, Spans: onDB, Twin: string(DBOperationName),
		Brief: "What the statement does, in lower case.",
	},
	{
		Name: string(DBTable), Type: TypeString, Package: inSQL, Source: SourceLift, Spans: onDBQuery, Twin: string(DBCollectionName),
		Brief: "The table that the statement works on.",
	},
	{
		Name: string(DBStatement), Type: TypeString, Package: inSQL, Source: SourceLift, Spans: onDBQuery, Twin: string(DBQueryText),
		Brief: "The statement with its literals removed.",
	},
	{
		Name: string(DBRowsAffected), Type: TypeInt, Unit: "rows", Package: inSQL, Source: SourceLift, Spans: onDBQuery,
		Brief: "Rows that the statement changed, as the driver reports them.",
	},
	{
		Name: string(DBOperationName), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDB, Twin: string(DBOperation),
		Brief: "The operation, in the spelling of the statement; in lower case in metrics.",
	},
	{
		Name: string(DBCollectionName), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDBQuery, Twin: string(DBTable),
		Brief: "The table that the statement works on.",
	},
	{
		Name: string(DBQueryText), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDBQuery, Twin: string(DBStatement),
		Brief: "The statement with its literals removed.",
	},
	{
		Name: string(DBSystemName), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDB,
		Brief: "The database product, such as postgresql or sqlite.",
	},
	{
		Name: string(DBNamespace), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDB,
		Brief: "The database within the server.",
	},
	{
		Name: string(DBResponseStatusCode), Type: TypeString, Package: inSQL, Source: sourceDB, Spans: onDB,
		Brief: "The database's own code of a failure: a SQLSTATE, a number of MySQL or SQL Server, an extended result code of SQLite.",
	},
	{
		Name: string(DBOperationBatchSize), Type: TypeInt, Unit: "{statement}", Package: inSQL, Source: sourceDB, Spans: onDBQuery,
		Brief: "How many statements a batch has, where there are several.",
	},
	{
		Name: string(DBClientConnectionPoolName), Type: TypeString, Package: inSQL, Stability: Development, Source: sourceDB,
		Brief: "The pool that a metric is about.",
	},
	{
		Name: string(DBClientConnectionState), Type: TypeString, Values: []string{DBConnectionIdle, DBConnectionUsed},
		Package: inSQL, Stability: Development, Source: sourceDB,
		Brief: "What the connections that a metric counts do now.",
	},
}
