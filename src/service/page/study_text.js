// A study as text and as values at paths: what the form changes changes the text there and nowhere else. Scalars stay as they are written: `0.10`,
// `4 mm/ms` and `true` are texts here, and the program alone reads them.
import {Document, LineCounter, isCollection, isMap, isScalar, isSeq, parse, parseDocument, visit} from "./yaml.js";

const schema = {schema: "failsafe", customTags: ["null"]};
const options = {...schema, strict: true, uniqueKeys: true, prettyErrors: false};
const style = {lineWidth: 0, indent: 2, flowCollectionPadding: true, nullStr: ""};

const written = node => node.value === null ? node.source || "" : String(node.value);
const isEmpty = node => isScalar(node) && node.value === null;

/// A plain text as YAML writes it, on one line.
const quoted = value => String(new Document(value, schema).toString(style)).trimEnd();

export class StudyText {
  constructor(text) {
    this.text = text;
    this.lines = new LineCounter();
    this.document = parseDocument(text, {...options, lineCounter: this.lines});
    const contents = this.document.contents;
    const wrong = contents && !isMap(contents) && !isEmpty(contents) ? [{message: "a study is a map of keys", line: 1}] : [];
    this.errors = this.document.errors.map(e => ({message: e.message, line: this.lines.linePos(e.pos[0]).line})).concat(wrong);
  }

  node(path) {
    let at = this.document.contents;
    for (const part of path) {
      if (!isCollection(at)) return null;
      at = at.get(part, true);
      if (at && at.source !== undefined && !isScalar(at) && !isCollection(at)) at = at.resolve(this.document);
    }
    return at === undefined ? null : at;
  }
  has(path) { return this.node(path) !== null; }
  /// "none", "scalar", "map" or "list".
  kind(path) {
    const node = path.length ? this.node(path) : this.document.contents;
    if (!path.length && (!node || isEmpty(node))) return "map";
    if (!node) return "none";
    return isMap(node) ? "map" : isSeq(node) ? "list" : "scalar";
  }
  keys(path) {
    const node = path.length ? this.node(path) : this.document.contents;
    return isMap(node) ? node.items.map(pair => String(isScalar(pair.key) ? pair.key.value : pair.key)) : [];
  }
  size(path) { const node = this.node(path); return isSeq(node) ? node.items.length : 0; }
  /// A scalar's text, or a collection as YAML on one line; "" where there is nothing.
  value(path) {
    const node = this.node(path);
    if (!node) return "";
    return isScalar(node) ? written(node) : flow(node);
  }
  line(path) {
    for (let at = path.slice(); at.length; at.pop()) {
      const node = this.node(at);
      if (node && node.range) return this.lines.linePos(node.range[0]).line;
    }
    return 1;
  }
  /// The path whose value begins nearest before the end of a line.
  pathAt(line) {
    let best = [];
    for (const [path] of this.leaves()) if (this.line(path) === line) return path;
    for (const [path] of this.leaves()) if (this.line(path) <= line) best = path;
    return best;
  }

  /// The text with a value at a path. `asText`: the value is a text, however it looks; else it is YAML. "" takes the key away.
  with(path, value, asText = false) {
    if (value.trim() === "") return this.without(path);
    const node = asText ? null : parsed(value), source = node ? value.trim() : quoted(value);
    const old = this.node(path);
    if (old && isScalar(old) && old.range && !old.anchor && old.range[1] > old.range[0]) {
      const end = old.type === "BLOCK_LITERAL" || old.type === "BLOCK_FOLDED" ? null : old.range[1];
      if (end !== null) return this.text.slice(0, old.range[0]) + source + this.text.slice(end);
    }
    return this.checked(this.inserted(path, source), path, value) || this.changed(d => d.setIn(path, node || d.createNode(value)));
  }
  without(path) {
    if (!this.has(path)) return this.text;
    // What is left without a key would mean something else than its absence.
    let at = path.slice();
    for (; at.length > 1; at.pop()) {
      const holder = this.node(at.slice(0, -1));
      if (!isCollection(holder) || holder.items.length > 1) break;
    }
    if (at.length === 1 && this.keys([]).length === 1) return "";
    return this.checked(this.cut(at), at, "") ?? this.changed(d => d.deleteIn(at));
  }
  /// The text with one more entry at the end of a list.
  appended(path, value) {
    const size = this.size(path), list = this.node(path);
    if (!list && path.length === 1) return this.text + (this.text && !this.text.endsWith("\n") ? "\n" : "") + path[0] + ":\n  - " + value + "\n";
    if (!isSeq(list)) return this.with(path, "[ " + value + " ]");
    const next = [...path, size], text = list.flow ? this.beforeEnd(list, value) : this.afterLast(list, "- " + value, this.columnOf(list));
    return this.checked(text, next, value) || this.changed(d => d.addIn(path, parsed(value)));
  }

  /// A changed text, if it is what was wanted: the value is there, and all else is as it was; else null.
  checked(text, path, value) {
    if (text === null) return null;
    const now = new StudyText(text), under = key => key === path.join(".") || key.startsWith(path.join(".") + ".");
    const rest = study => study.leaves().map(([p, v]) => [p.join("."), v]).filter(([key]) => !under(key)).map(String).join("\n");
    if (now.errors.length) return null;
    // What follows in a list has another place now.
    if (typeof path[path.length - 1] === "number" && value === "") return now.size(path.slice(0, -1)) === this.size(path.slice(0, -1)) - 1 ? text : null;
    return now.has(path) === (value !== "") && rest(now) === rest(this) ? text : null;
  }
  columnOf(collection) { return this.lines.linePos(collection.range[0]).col - 1; }
  /// Where the last line of a node ends, its line break included.
  endOf(node) {
    let at = node.range[1];
    for (let last = node; isCollection(last) && !last.flow && last.items.length;) {
      const item = last.items[last.items.length - 1];
      last = item.value && item.value.range ? item.value : item.key || item;
      at = last.range[1];
    }
    if (at > 0 && this.text[at - 1] === "\n") return at;
    const line = this.text.indexOf("\n", at);
    return line < 0 ? this.text.length : line + 1;
  }
  afterLast(collection, lines, column) {
    const at = this.endOf(collection), before = this.text.slice(0, at), indent = " ".repeat(column);
    return before + (before.endsWith("\n") || before === "" ? "" : "\n") + lines.split("\n").map(l => indent + l).join("\n") + "\n" + this.text.slice(at);
  }
  beforeEnd(collection, source) {
    const end = collection.range[1] - 1;
    let at = end;
    while (/\s/.test(this.text[at - 1])) --at;
    const comma = collection.items.length && this.text[at - 1] !== "," ? ", " : " ";
    return this.text.slice(0, at) + comma + source + (at === end && this.text[end] === "]" && comma === ", " ? "" : " ") + this.text.slice(end);
  }
  inserted(path, source) {
    let depth = path.length - 1;
    while (depth > 0 && !this.has(path.slice(0, depth))) --depth;
    const rest = path.slice(depth), holder = depth ? this.node(path.slice(0, depth)) : this.document.contents;
    if (rest.some(part => typeof part === "number")) return null;
    const keys = rest.map(quoted), nested = keys.slice(1).reduceRight((inner, key) => "{ " + key + ": " + inner + " }", source);
    if (!holder || (isEmpty(holder) && !depth)) return this.text + (this.text && !this.text.endsWith("\n") ? "\n" : "") + keys[0] + ": " + nested + "\n";
    if (!isMap(holder)) return null;
    if (holder.flow) return this.beforeEnd(holder, keys[0] + ": " + nested);
    return this.afterLast(holder, keys.map((key, k) => "  ".repeat(k) + key + ":").join("\n") + " " + source, this.columnOf(holder));
  }
  cut(path) {
    const holder = path.length > 1 ? this.node(path.slice(0, -1)) : this.document.contents, name = path[path.length - 1];
    const k = isSeq(holder) ? name : holder.items.findIndex(p => String(p.key && p.key.value) === name), item = holder.items[k];
    const start = (item.key || item).range[0], last = item.value && item.value.range ? item.value : item.key || item;
    if (holder.flow) {
      const next = holder.items[k + 1], before = holder.items[k - 1];
      if (next) return this.text.slice(0, start) + this.text.slice((next.key || next).range[0]);
      const end = (before.value && before.value.range ? before.value : before.key || before).range[1];
      return this.text.slice(0, end) + this.text.slice(last.range[1]);
    }
    const line = this.text.lastIndexOf("\n", start - 1) + 1;
    if (!(isSeq(holder) ? /^\s*-\s+$/ : /^\s*$/).test(this.text.slice(line, start))) return null;
    return this.text.slice(0, line) + this.text.slice(this.endOf(last));
  }
  /// By the library, which writes the whole text anew.
  changed(act) {
    const d = parseDocument(this.text, options);
    if (d.contents && isScalar(d.contents)) d.contents = null;
    act(d);
    return d.contents && d.contents.items.length ? d.toString(style) : "";
  }

  /// [path, text] of all scalars, in the order of the text.
  leaves() {
    const found = [], walk = (node, path) => {
      if (isMap(node)) node.items.forEach(p => walk(p.value, [...path, String(isScalar(p.key) ? p.key.value : p.key)]));
      else if (isSeq(node)) node.items.forEach((n, k) => walk(n, [...path, k]));
      else if (isScalar(node)) found.push([path, written(node)]);
    };
    walk(this.document.contents, []);
    return found;
  }
}

/// The node of a YAML value; null: it is none, or a comment hides a part of it.
function parsed(value) {
  const d = parseDocument(value, options);
  return d.errors.length || !d.contents || d.comment || (d.contents.comment && isScalar(d.contents)) ? null : d.contents;
}
function flow(node) {
  const copy = parseDocument(new Document(node, schema).toString(style), options);
  visit(copy, {Collection: (_, n) => { n.flow = true; n.comment = n.commentBefore = undefined; }, Scalar: (_, n) => { n.comment = n.commentBefore = undefined; }});
  return copy.toString(style).replace(/\s*\n\s*/g, " ").trim();
}

/// What YAML means by a text, for JSON; what is no YAML is a text.
export function jsonOf(value) {
  try { return parse(value) ?? value; } catch { return value; }
}

/// [[key, value here, value there]] of all that differs between two studies; "" for what one does not have.
export function differences(one, other) {
  const a = new Map(one.leaves().map(([p, v]) => [p.join("."), v])), b = new Map(other.leaves().map(([p, v]) => [p.join("."), v]));
  return [...new Set([...a.keys(), ...b.keys()])].filter(k => a.get(k) !== b.get(k)).map(k => [k, a.get(k) ?? "", b.get(k) ?? ""]);
}
