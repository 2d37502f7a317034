import type { WireFinding } from '@ambit/sdk';
import type { OptionSpec } from '../syntax.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';

/** Findings as compilers write them, `file:line:column severity message (rule)`, each with its hint below. */
export function writeFindings(findings: readonly WireFinding[], palette: Palette): string {
  return findings
    .map((finding) => {
      const place = `${finding.file}:${String(finding.line)}:${String(finding.column)}`;
      const severity = paintSeverity(finding.severity, palette);
      const rule = palette.faint(`(${finding.rule})`);
      const hint = finding.hint === undefined ? '' : `  hint: ${printable(finding.hint)}\n`;
      return `${printable(place)} ${severity} ${printable(finding.message)} ${rule}\n${hint}`;
    })
    .join('');
}

/** How many findings of each severity there are, in words; `no findings` where there are none. */
export function countFindings(findings: readonly Pick<WireFinding, 'severity'>[]): string {
  const counts = (['error', 'warning', 'info'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    const word = severity === 'info' ? 'remark' : severity;
    return count === 0 ? [] : `${String(count)} ${count === 1 ? word : `${word}s`}`;
  });
  return counts.length === 0 ? 'no findings' : counts.join(', ');
}

function paintSeverity(severity: WireFinding['severity'], palette: Palette): string {
  switch (severity) {
    case 'error':
      return palette.bad(severity);
    case 'warning':
      return palette.careful(severity);
    case 'info':
      return palette.faint(severity);
  }
}

/** The flag by which warnings count as errors. */
export const STRICT: OptionSpec = { flag: '--strict', about: 'let warnings count as errors' };

/** Whether there is anything that keeps a catalog from being published. */
export const hasFindings = (
  findings: readonly Pick<WireFinding, 'severity'>[],
  strict: boolean,
): boolean =>
  findings.some(({ severity }) => severity === 'error' || (strict && severity === 'warning'));
