// A small Markdown reader. It makes a tree, never HTML: what it does not know
// stays text, so that a runbook or a board's text cannot run anything.

export type Inline =
  | { kind: "text"; text: string }
  | { kind: "code"; text: string }
  | { kind: "strong" | "em"; children: Inline[] }
  | { kind: "link"; href: string; children: Inline[] };

export type Block =
  | { kind: "heading"; level: number; children: Inline[] }
  | { kind: "paragraph"; children: Inline[] }
  | { kind: "code"; text: string }
  | { kind: "list"; ordered: boolean; start: number; items: Block[][] }
  | { kind: "quote"; children: Block[] }
  | { kind: "table"; head: Inline[][]; rows: Inline[][][] }
  | { kind: "rule" };

/** Deeper nesting than people write is taken as text. */
const maxDepth = 8;

export function parseMarkdown(source: string): Block[] {
  return blocks(source.replace(/\r\n?/g, "\n").split("\n"), 0);
}

const item = /^( {0,3})([-*+]|\d{1,9}[.)])( +)(.*)$/;

function blocks(lines: string[], depth: number): Block[] {
  const out: Block[] = [];
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    if (line.trim() === "") {
      i++;
      continue;
    }
    const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line);
    if (fence) {
      const end = lines.findIndex((l, j) => j > i && l.trim().startsWith(fence[1]!));
      const last = end < 0 ? lines.length : end;
      out.push({ kind: "code", text: lines.slice(i + 1, last).join("\n") });
      i = last + 1;
      continue;
    }
    const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line);
    if (heading) {
      out.push({ kind: "heading", level: heading[1]!.length, children: inline(heading[2]!) });
      i++;
      continue;
    }
    if (/^ {0,3}([-*_])( *\1){2,} *$/.test(line)) {
      out.push({ kind: "rule" });
      i++;
      continue;
    }
    if (depth < maxDepth && /^ {0,3}>/.test(line)) {
      const start = i;
      while (i < lines.length && /^ {0,3}>/.test(lines[i]!)) i++;
      out.push({ kind: "quote", children: blocks(lines.slice(start, i).map((l) => l.replace(/^ {0,3}> ?/, "")), depth + 1) });
      continue;
    }
    if (depth < maxDepth && item.test(line)) {
      const [made, next] = listAt(lines, i, depth);
      out.push(made);
      i = next;
      continue;
    }
    if (line.includes("|") && /^ {0,3}\|?[\s:|-]*-[\s:|-]*$/.test(lines[i + 1] ?? "") && (lines[i + 1] ?? "").includes("|")) {
      const start = i;
      i += 2;
      while (i < lines.length && lines[i]!.includes("|")) i++;
      out.push({ kind: "table", head: cells(lines[start]!), rows: lines.slice(start + 2, i).map(cells) });
      continue;
    }
    const start = i++;
    while (i < lines.length && lines[i]!.trim() !== "" && !/^ {0,3}(#{1,6}\s|>|`{3}|~{3})/.test(lines[i]!) && !item.test(lines[i]!)) i++;
    out.push({ kind: "paragraph", children: inline(lines.slice(start, i).map((l) => l.trim()).join(" ")) });
  }
  return out;
}

function listAt(lines: string[], from: number, depth: number): [Block, number] {
  const first = item.exec(lines[from]!)!;
  const ordered = /\d/.test(first[2]!);
  const items: Block[][] = [];
  let i = from;
  while (i < lines.length) {
    const m = item.exec(lines[i]!);
    if (!m || /\d/.test(m[2]!) !== ordered) break;
    const indent = m[1]!.length + m[2]!.length + m[3]!.length;
    const body = [m[4]!];
    i++;
    while (i < lines.length) {
      const line = lines[i]!;
      const deep = line.length - line.trimStart().length >= Math.min(indent, m[1]!.length + 2);
      if (line.trim() === "") {
        const next = lines[i + 1] ?? "";
        if (next.trim() === "" || next.length - next.trimStart().length < m[1]!.length + 2) break;
      } else if (!deep && (item.test(line) || /^ {0,3}(#{1,6}\s|>|`{3})/.test(line))) break;
      body.push(line.slice(Math.min(indent, line.length - line.trimStart().length)));
      i++;
    }
    items.push(blocks(body, depth + 1));
    // A blank line between two items does not end the list.
    if ((lines[i] ?? "x").trim() === "" && item.test(lines[i + 1] ?? "")) i++;
  }
  return [{ kind: "list", ordered, start: ordered ? parseInt(first[2]!, 10) : 1, items }, i];
}

function cells(line: string): Inline[][] {
  const parts: string[] = [];
  let part = "";
  let code = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (c === "\\" && line[i + 1] === "|") {
      part += "|";
      i++;
    } else if (c === "|" && !code) {
      parts.push(part);
      part = "";
    } else {
      if (c === "`") code = !code;
      part += c;
    }
  }
  parts.push(part);
  if (parts[0]!.trim() === "") parts.shift();
  if (parts.length && parts.at(-1)!.trim() === "") parts.pop();
  return parts.map((p) => inline(p.trim()));
}

/** Reads emphasis, code and links of one paragraph. */
export function inline(text: string, depth = 0): Inline[] {
  const out: Inline[] = [];
  let plain = "";
  const flush = () => {
    if (plain) out.push({ kind: "text", text: plain });
    plain = "";
  };
  for (let i = 0; i < text.length; ) {
    const rest = text.slice(i, i + 4096); // bounds the work on hostile text
    let m: RegExpExecArray | null;
    if ((m = /^\\([!-/:-@[-`{-~])/.exec(rest))) {
      plain += m[1];
    } else if ((m = /^(`+)(?!`)(.*?[^`])\1(?!`)/.exec(rest))) {
      flush();
      out.push({ kind: "code", text: m[2]!.trim() });
    } else if (depth < maxDepth && (m = /^\*\*(?=\S)(.+?)\*\*/.exec(rest))) {
      flush();
      out.push({ kind: "strong", children: inline(m[1]!, depth + 1) });
    } else if (depth < maxDepth && ((m = /^\*(?=[^\s*])([^*]+?)\*/.exec(rest)) || (/\W$/.test(plain || " ") && (m = /^_(?=[^\s_])([^_]+?)_(?!\w)/.exec(rest))))) {
      flush();
      out.push({ kind: "em", children: inline(m[1]!, depth + 1) });
    } else if (depth < maxDepth && (m = /^\[([^[\]]+)\]\(([^()\s]+)\)/.exec(rest))) {
      flush();
      out.push({ kind: "link", href: m[2]!, children: inline(m[1]!, depth + 1) });
    } else {
      plain += text[i];
      i++;
      continue;
    }
    i += m[0].length;
  }
  flush();
  return out;
}

/** The text of a heading or paragraph without its marks. */
export function plainText(list: Inline[]): string {
  return list.map((n) => ("text" in n ? n.text : plainText(n.children))).join("");
}

/** Whether an address may become a link: a web page, and nothing that runs. */
export function safeHref(address: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(address) || /^#[\w-]+$/.test(address);
}
