import { Component, type ComponentChildren } from "preact";
import { Icon } from "./icon";

/** A box that says what is the matter and what to do: an empty or failed state. */
export function Notice({ kind, title, children }: { kind: "empty" | "error"; title: string; children?: ComponentChildren }) {
  return (
    <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>
      {kind === "error" && <Icon name="warn" />}
      <div>
        <strong>{title}</strong>
        {children && <p>{children}</p>}
      </div>
    </div>
  );
}

/** What to do while there is no data at all. */
export function NoData() {
  const endpoint = location.origin;
  return (
    <div class="notice empty welcome" role="status">
      <div>
        <strong>No data yet</strong>
        <p>Point any service at this address and its spans appear here within seconds:</p>
        <pre>
          <code>{`OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`}</code>
        </pre>
        <p>Or let the example make some, from the repository:</p>
        <pre>
          <code>{`OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} go run ./examples/pipeline -for 60s`}</code>
        </pre>
      </div>
    </div>
  );
}

/** Grey bars in place of what is being loaded. */
export function Loading({ label = "Loading" }: { label?: string }) {
  return (
    <div class="loading" role="status" aria-label={label}>
      <i />
      <i />
      <i />
    </div>
  );
}

/** Shows an error in place of children that fail to draw, never a blank page. */
export class Guard extends Component<{ children: ComponentChildren }, { error?: Error }> {
  override state: { error?: Error } = {};

  static override getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return <>{this.props.children}</>;
    return (
      <Notice kind="error" title="This part of the page failed">
        {error.message}{" "}
        <button type="button" class="link" onClick={() => this.setState({ error: undefined } as { error?: Error })}>
          Try again
        </button>
      </Notice>
    );
  }
}
