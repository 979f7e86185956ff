import { useMemo } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { parseMarkdown, plainText, safeHref, type Block, type Inline } from "../model/markdown";

interface Props {
  source: string;
  /** A first heading that the page shows already. */
  skip?: string;
  /** The address that a link to a section of the same document has here. */
  section?: (anchor: string) => string | undefined;
  /** What else to show for code within a text, such as a link to run it. */
  code?: (text: string) => ComponentChildren;
}

/** Markdown as elements of the page. Nothing in it can become markup of its own. */
export function Markdown({ source, skip, section, code }: Props) {
  const tree = useMemo(() => parseMarkdown(source), [source]);
  const first = tree[0];
  const shown = skip && first?.kind === "heading" && plainText(first.children) === skip ? tree.slice(1) : tree;

  function block(b: Block, key: number): ComponentChildren {
    switch (b.kind) {
      case "heading": {
        const Tag = `h${Math.min(6, b.level + 1)}` as "h2";
        return <Tag key={key}>{b.children.map(span)}</Tag>;
      }
      case "paragraph":
        return <p key={key}>{b.children.map(span)}</p>;
      case "code":
        return (
          <pre key={key}>
            <code>{b.text}</code>
          </pre>
        );
      case "list": {
        const items = b.items.map((item, i) => (
          <li key={i}>{item.map((child, j) => (child.kind === "paragraph" && j === 0 ? child.children.map(span) : block(child, j)))}</li>
        ));
        return b.ordered ? (
          <ol key={key} start={b.start}>
            {items}
          </ol>
        ) : (
          <ul key={key}>{items}</ul>
        );
      }
      case "quote":
        return <blockquote key={key}>{b.children.map(block)}</blockquote>;
      case "rule":
        return <hr key={key} />;
      case "table":
        return (
          <div class="table-wrap" key={key}>
            <table>
              <thead>
                <tr>
                  {b.head.map((c, i) => (
                    <th key={i} scope="col">
                      {c.map(span)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {b.rows.map((r, i) => (
                  <tr key={i}>
                    {r.map((c, j) => (
                      <td key={j}>{c.map(span)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        );
    }
  }

  function span(n: Inline, key: number): ComponentChildren {
    switch (n.kind) {
      case "text":
        return n.text;
      case "code":
        return code?.(n.text) ?? <code key={key}>{n.text}</code>;
      case "strong":
        return <strong key={key}>{n.children.map(span)}</strong>;
      case "em":
        return <em key={key}>{n.children.map(span)}</em>;
      case "link": {
        const children = n.children.map(span);
        if (n.href.startsWith("#")) {
          const to = section?.(n.href.slice(1));
          return to ? (
            <a key={key} href={to}>
              {children}
            </a>
          ) : (
            <span key={key}>{children}</span>
          );
        }
        // A file beside the runbook is not here.
        return safeHref(n.href) ? (
          <a key={key} href={n.href} target="_blank" rel="noopener noreferrer">
            {children}
          </a>
        ) : (
          <span key={key}>{children}</span>
        );
      }
    }
  }

  return <div class="markdown">{shown.map(block)}</div>;
}
