import { parser } from '@prometheus-io/lezer-promql';

/** What a query asks of one metric. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly {
    readonly label: string;
    readonly op: string;
    readonly value: string;
  }[];
}

/** What a query is made of, as far as names go. */
export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels that results are grouped or joined by, each with the metrics below it. */
  readonly groupings: readonly { readonly label: string; readonly metrics: readonly string[] }[];
  /** Whether it is a query at all. */
  readonly sound: boolean;
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** What Grafana puts in the place of its variables, as far as they stand where PromQL wants a duration. */
const withDurations = (text: string): string =>
  text.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h');

const unquoted = (text: string): string => text.slice(1, -1).replaceAll('\\\\', '\\');

/** Takes a query apart by the grammar of Prometheus itself. */
export function readQuery(expression: string): Query {
  const text = withDurations(expression);
  const textOf = (node: Node): string => text.slice(node.from, node.to);
  const selectors: Selector[] = [];
  const groupings: { label: string; metrics: readonly string[] }[] = [];
  let sound = true;

  const below = (node: Node, name: string): Node[] => {
    const found: Node[] = [];
    node.cursor().iterate((each) => {
      if (each.name === name) found.push(each.node);
    });
    return found;
  };
  const metricOf = (selector: Node): string => {
    const name = selector.getChild('Identifier');
    return name ? textOf(name) : '';
  };
  const metricsBelow = (node: Node): string[] => below(node, 'VectorSelector').map(metricOf);

  const top = parser.parse(text).topNode;
  top.cursor().iterate((cursor) => {
    const { node } = cursor;
    if (node.type.isError) sound = false;
    if (node.name === 'VectorSelector') {
      selectors.push({
        metric: metricOf(node),
        matchers: below(node, 'UnquotedLabelMatcher').map((matcher) => ({
          label: textOf(matcher.getChild('LabelName') ?? matcher),
          op: textOf(matcher.getChild('MatchOp') ?? matcher),
          value: unquoted(textOf(matcher.getChild('StringLiteral') ?? matcher)),
        })),
      });
    }
    if (node.name === 'GroupingLabels') {
      const owner = node.parent?.parent ?? top;
      for (const label of below(node, 'LabelName')) {
        groupings.push({ label: textOf(label), metrics: metricsBelow(owner) });
      }
    }
  });
  return { selectors, groupings, sound };
}
