import type { RoadFigures } from './run.ts';

/** Of what share of its requests the narrow path has to make this at least, for a run to say anything about it. */
const LEAST = {
  'token.issued granted': 0.04,
  'token.introspected granted': 0.02,
  'token.introspected refused': 0.05,
  'token.exchanged granted 1 deep': 0.01,
  'token.exchanged granted 2 deep': 0.002,
  'token.exchanged granted 3 deep': 0.002,
  'token.exchanged granted 4 deep': 0.002,
  'token.exchanged granted 5 deep': 0.002,
} as const;

/** What a run has made too little of on the narrow path. */
export const shortfalls = ({ narrow, requests }: RoadFigures): string[] =>
  Object.entries(LEAST)
    .filter(([name, share]) => (narrow[name] ?? 0) < share * requests)
    .map(([name]) => name);
