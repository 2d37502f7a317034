import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import type { DocumentPath, Finding, Position } from './finding.ts';
import { err, ok } from './result.ts';
import type { Result } from './result.ts';
import { breach, BREACHES_MAX, MORE_BREACHES } from './rules.ts';

/** A catalog document takes at most this many characters; 10,000 described scopes take a third of it. */
export const SOURCE_MAX_LENGTH = 2 * 1024 * 1024;

/**
 * What reading a catalog document may cost, as {@link costOf} counts: some seven tenths of a second. The densest
 * sound document of {@link SOURCE_MAX_LENGTH} comes to 600,000; one that is all brackets and commas to four times as
 * much.
 */
const COST_MAX = 750_000;

/** No place of a catalog document lies deeper than this; its schema needs less than half. */
const DEPTH_MAX = 32;

/** A level of nesting takes two places of the parser's stack, and the document itself a few. */
const STACK_MAX = 2 * DEPTH_MAX + 8;

/** After so many errors of syntax a text is not read on: it is no catalog, and each further error costs. */
const SYNTAX_ERRORS_MAX = 1000;

/** A YAML or JSON text as plain values, with the way back to the text. */
export interface Source {
  readonly value: unknown;
  /** What is wrong with the text as YAML, wherever it stands; `value` lacks what is wrong. */
  readonly findings: readonly { readonly finding: Finding; readonly position: Position }[];
  /** Whether the text is so broken that its values say nothing. */
  readonly broken: boolean;
  /** Where a place of the document stands, or the nearest place around it that does. */
  locate(path: DocumentPath): Position;
}

const START: Position = { line: 1, column: 1 };

const EMPTY = breach('source-empty', [], 'the document is empty', 'begin with `catalog: NAME`');

const TOO_DEEP = breach('source-too-deep', [], 'the document nests too deep');

const TOO_MANY_PARTS = breach(
  'source-too-large',
  [],
  'the document has more parts than a catalog of its length can have',
  'split the catalog',
);

/**
 * Reads YAML of the 1.2 core schema, or JSON, which is part of it; refuses aliases, tags, repeated keys and keys that
 * are not strings, which two readers could take for different things.
 */
export function readSource(text: string): Source {
  if (text.length > SOURCE_MAX_LENGTH) {
    return failed(
      breach(
        'source-too-large',
        [],
        `the document has ${String(text.length)} characters, more than ${String(SOURCE_MAX_LENGTH)}`,
        'split the catalog or shorten its descriptions',
      ),
    );
  }
  const lines = new LineCounter();
  const documents = composeDocuments(text, lines);
  if (!documents.ok) return failed(documents.error);
  const [document, second] = documents.value;
  return document === undefined ? failed(EMPTY) : new SourceReader(document, second, lines).read();
}

/**
 * Composes the documents of a text, of which there is at least one; refused as soon as it nests deeper or costs more
 * than any catalog does. The library itself goes on until the memory is full: a few megabytes of `[` are enough.
 */
function composeDocuments(text: string, lines: LineCounter): Result<Iterable<Document>, Finding> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  let errors = 0;
  let cost = 0;
  for (const lexeme of new Lexer().lex(text)) {
    cost += costOf(lexeme);
    if (cost > COST_MAX) return err(TOO_MANY_PARTS);
    for (const token of parser.next(lexeme)) {
      tokens.push(token);
      if (token.type === 'error') errors += 1;
    }
    if (parser.stack.length > STACK_MAX) return err(TOO_DEEP);
    if (errors >= SYNTAX_ERRORS_MAX) break;
  }
  for (const token of parser.end()) tokens.push(token);
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  return ok(composer.compose(tokens, true, text.length));
}

/** What a lexeme costs to read; an escape, anchor, alias or tag can each end in an error, and an error costs most. */
function costOf(lexeme: string): number {
  if (lexeme.startsWith('"')) return 1 + 8 * (lexeme.split('\\').length - 1);
  return /^[&*!]/.test(lexeme) ? 8 : 1;
}

const failed = (finding: Finding): Source => ({
  value: undefined,
  findings: [{ finding, position: START }],
  broken: true,
  locate: () => START,
});

class SourceReader {
  readonly #document: Document;
  readonly #second: Document | undefined;
  readonly #lines: LineCounter;
  readonly #findings: { finding: Finding; position: Position }[] = [];
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();

  constructor(document: Document, second: Document | undefined, lines: LineCounter) {
    this.#document = document;
    this.#second = second;
    this.#lines = lines;
  }

  read(): Source {
    this.#syntax();
    const broken = this.#findings.length > 0;
    const root: unknown = this.#document.contents;
    if (!broken && (root === null || (isScalar(root) && root.value === null))) {
      return failed(EMPTY);
    }
    return {
      value: broken ? undefined : this.#read(root, []),
      findings: this.#findings,
      broken,
      locate: (path) => this.#locate(path),
    };
  }

  #syntax(): void {
    for (const error of this.#document.errors.slice(0, BREACHES_MAX + 1)) {
      this.#report(
        breach('source-syntax', [], asMessage(error.message), SYNTAX_HINTS[error.code]),
        error.pos[0],
      );
    }
    if (this.#second !== undefined) {
      const hint = 'keep one catalog in a file';
      const at = this.#second.range?.[0] ?? 0;
      this.#report(breach('source-syntax', [], 'the text holds more than one document', hint), at);
    }
    const { yaml } = this.#document.directives ?? {};
    if (yaml?.explicit === true && yaml.version !== '1.2') {
      const hint = 'leave the %YAML directive out';
      this.#report(breach('source-syntax', [], 'the document is not YAML 1.2', hint), 0);
    }
  }

  #read(node: unknown, path: DocumentPath): unknown {
    if (path.length > DEPTH_MAX) {
      this.#report(breach('source-too-deep', path, 'the document nests too deep'), offsetOf(node));
      return undefined;
    }
    if (isAlias(node)) {
      this.#report(
        breach('source-alias', path, `\`*${node.source}\` is an alias`, 'write the value out'),
        offsetOf(node),
      );
      return undefined;
    }
    this.#checkTag(node, path);
    if (isMap(node)) return this.#readMap(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#read(item, [...path, index]));
    return isScalar(node) ? node.value : null;
  }

  #readMap(map: YAMLMap, path: DocumentPath): Record<string, unknown> {
    const value: Record<string, unknown> = {};
    const pairs = new Map<string, Pair>();
    for (const pair of map.items) {
      const key: unknown = isScalar(pair.key) ? pair.key.value : undefined;
      const at = offsetOf(pair.key);
      if (typeof key !== 'string') {
        const hint = 'put the key in quotes';
        this.#report(breach('key-not-string', path, 'a key is not a string', hint), at);
      } else if (pairs.has(key)) {
        const hint = 'keep one of them';
        this.#report(
          breach('duplicate-key', [...path, key], `\`${key}\` is there twice`, hint),
          at,
        );
      } else if (key === '__proto__') {
        this.#report(breach('name-invalid', path, '`__proto__` is not a name'), at);
      } else {
        pairs.set(key, pair);
        value[key] = this.#read(pair.value, [...path, key]);
      }
    }
    this.#pairs.set(map, pairs);
    return value;
  }

  #checkTag(node: unknown, path: DocumentPath): void {
    const tag = isScalar(node) || isMap(node) || isSeq(node) ? node.tag : undefined;
    if (tag === undefined || CORE_TAGS.has(tag)) return;
    this.#report(
      breach('source-tag', path, `\`${tag}\` is not a tag of YAML's core schema`),
      offsetOf(node),
    );
  }

  #locate(path: DocumentPath): Position {
    let node: unknown = this.#document.contents;
    let offset = 0;
    for (const step of path) {
      if (isMap(node)) {
        const pair = this.#pairs.get(node)?.get(String(step));
        if (pair === undefined) break;
        offset = offsetOf(pair.key);
        node = pair.value;
      } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
        node = node.items[step];
        offset = offsetOf(node);
      } else {
        break;
      }
    }
    return this.#position(offset);
  }

  #report(finding: Finding, offset: number): void {
    if (this.#findings.length > BREACHES_MAX) return;
    const told = this.#findings.length < BREACHES_MAX ? finding : MORE_BREACHES;
    this.#findings.push({ finding: told, position: this.#position(offset) });
  }

  #position(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return line < 1 ? START : { line, column: col };
  }
}

const CORE_TAGS: ReadonlySet<string> = new Set(
  ['map', 'seq', 'str', 'null', 'bool', 'int', 'float'].map((name) => `tag:yaml.org,2002:${name}`),
);

const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  BAD_INDENT: 'check the indentation and the closing bracket',
  MISSING_CHAR: 'close the quote or bracket',
};

const offsetOf = (node: unknown): number =>
  (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined) ??
  0;

/** The library's sentence in the house's form: lower case first, no full stop, one line. */
function asMessage(sentence: string): string {
  const line = (sentence.split('\n')[0] ?? '').replace(/[.:]$/, '');
  return line.charAt(0).toLowerCase() + line.slice(1);
}
