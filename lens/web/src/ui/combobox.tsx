import { useEffect, useId, useRef, useState } from "preact/hooks";

export interface Option {
  value: string;
  /** What else to know about it. */
  hint?: string;
}

interface Props {
  label: string;
  value: string;
  options: Option[];
  onChange: (value: string) => void;
  placeholder?: string;
  /** In characters. */
  width?: number;
}

const most = 60;

/** A text field with completion, after the pattern of ARIA's combobox. */
export function Combobox({ label, value, options, onChange, placeholder, width = 18 }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const typed = useRef(false);
  const list = useRef<HTMLUListElement>(null);
  const shown = open ? complete(options, typed.current ? value : "").slice(0, most) : [];
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const choose = (o: Option) => {
    typed.current = false;
    onChange(o.value);
    setOpen(false);
    setAt(-1);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (!open) return setOpen(true);
      const step = e.key === "ArrowDown" ? 1 : -1;
      setAt((at + step + shown.length) % Math.max(1, shown.length));
    } else if (e.key === "Enter" && open && shown[at]) {
      e.preventDefault();
      choose(shown[at]);
    } else if (e.key === "Escape" && open) {
      e.stopPropagation();
      setOpen(false);
    } else if (e.key === "Tab") {
      if (open && shown[at]) choose(shown[at]);
      setOpen(false);
    }
  };
  return (
    <div class="combobox" style={{ width: `${Math.max(width, Math.min(44, value.length + 3))}ch` }}>
      <input
        type="text"
        role="combobox"
        aria-label={label}
        aria-expanded={open && shown.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 && shown[at] ? `${id}-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder={placeholder}
        value={value}
        onInput={(e) => {
          typed.current = true;
          setAt(-1);
          setOpen(true);
          onChange(e.currentTarget.value);
        }}
        onFocus={() => {
          typed.current = false;
          setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={keys}
      />
      {open && shown.length > 0 && (
        <ul class="menu-box" role="listbox" id={`${id}-list`} aria-label={label} ref={list}>
          {shown.map((o, i) => (
            <li
              key={o.value}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === at}
              // Before the field loses the focus.
              onPointerDown={(e) => {
                e.preventDefault();
                choose(o);
              }}
            >
              <span>{o.value}</span>
              {o.hint && <span class="faint hint">{o.hint}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The options that fit what was typed: those that begin with it first. */
export function complete(options: Option[], typed: string): Option[] {
  const want = typed.trim().toLowerCase();
  if (!want) return options;
  const rank = (o: Option) => {
    const have = o.value.toLowerCase();
    if (have.startsWith(want)) return 0;
    if (have.split(/[._]/).some((part) => part.startsWith(want))) return 1;
    if (have.includes(want)) return 2;
    return want.length > 2 && o.hint?.toLowerCase().includes(want) ? 3 : 4;
  };
  return options
    .map((o) => ({ o, r: rank(o) }))
    .filter((x) => x.r < 4)
    .sort((a, b) => a.r - b.r)
    .map((x) => x.o);
}
