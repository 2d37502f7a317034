import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
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
  const promises = testFiles(root)
    .flatMap((file) => promisesOf(readFileSync(file, 'utf8'), relative(root, file)))
    .sort((a, b) => natural(a.clause, b.clause) || natural(a.promise, b.promise));
  return page(
    '# Conformance',
    'Every row is a test; its title begins with the clause in brackets. What is not here is not claimed.',
    table(
      ['clause', 'promise', 'test'],
      promises.map(({ clause, promise, file }) => [clause, promise, `[${file}](../${file})`]),
    ),
  );
}

const natural = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

function testFiles(root: string): string[] {
  const packages = readdirSync(join(root, 'packages')).map((name) =>
    join('packages', name, 'test'),
  );
  return ['test', ...packages].flatMap((folder) => {
    try {
      return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.test.ts'))
        .map((name) => join(root, folder, name));
    } catch {
      return [];
    }
  });
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
        if (isGroup(node.expression)) inner = clause;
        else if (clause !== undefined && promise !== undefined && isTest(node.expression)) {
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

const nameOf = (callee: ts.Expression): string => {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) {
    return nameOf(callee.expression);
  }
  return '';
};
const isGroup = (callee: ts.Expression): boolean => nameOf(callee) === 'describe';
const isTest = (callee: ts.Expression): boolean => ['test', 'it'].includes(nameOf(callee));
