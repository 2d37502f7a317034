import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { page, table } from './markdown.ts';

/** A test whose title begins with the clause that it proves. */
interface Promised {
  readonly clause: string;
  readonly promise: string;
  readonly file: string;
}

const CLAUSE = /^\[(?<clause>(?:RFC|OpenID|draft-)[^\]]*)\]\s*(?<promise>.*)$/su;

/** The conformance page: what the tests promise, by clause. */
export function renderConformance(root: string): string {
  const promises = testFolders(root)
    .flatMap((folder) => filesUnder(folder))
    .flatMap((path) => promisesAt(path, relative(root, path)))
    .sort((a, b) => natural(a.clause, b.clause) || natural(a.promise, b.promise));
  return page(
    '# Conformance',
    'Every row is a test, whose title begins with the clause. What is not here is not claimed.',
    table(
      ['clause', 'promise', 'test'],
      promises.map(({ clause, promise, file }) => [
        clause,
        promise,
        `[${basename(file)}](../${file})`,
      ]),
    ),
  );
}

const natural = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

const testFolders = (root: string): string[] =>
  ['test', ...readdirSync(join(root, 'packages')).map((name) => join('packages', name, 'test'))]
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder));

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

/** A test file has titles in its code; a vector is one test, with its title in the data. */
function promisesAt(path: string, file: string): Promised[] {
  if (file.endsWith('.test.ts')) return promisesOf(readFileSync(path, 'utf8'), file);
  if (!file.endsWith('.json') || basename(dirname(file)) !== 'vectors') return [];
  const { title } = JSON.parse(readFileSync(path, 'utf8')) as { title?: unknown };
  const { clause, promise } = (typeof title === 'string' && CLAUSE.exec(title)?.groups) || {};
  return clause === undefined || promise === undefined ? [] : [{ clause, promise, file }];
}

/** Titles are read from the syntax tree: of a test itself, or of the group it stands in. */
export function promisesOf(source: string, file: string): Promised[] {
  const found: Promised[] = [];
  const visit = (node: ts.Node, group: string | undefined): void => {
    let inner = group;
    if (ts.isCallExpression(node)) {
      const [title, body] = node.arguments;
      const text = title && titleOf(title);
      if (text !== undefined && body !== undefined) {
        const { clause, promise } = CLAUSE.exec(text)?.groups ?? { clause: group, promise: text };
        if (isGroup(node.expression)) {
          inner = clause;
        } else if (clause !== undefined && promise !== undefined && isTest(node.expression)) {
          found.push({ clause, promise, file });
        }
      }
    }
    ts.forEachChild(node, (child) => {
      visit(child, inner);
    });
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ESNext), undefined);
  return found;
}

function titleOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}

function nameOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) {
    return nameOf(callee.expression);
  }
  return '';
}
const isGroup = (callee: ts.Expression): boolean => nameOf(callee) === 'describe';
const isTest = (callee: ts.Expression): boolean => ['test', 'it'].includes(nameOf(callee));
