import { decodeListenAddress } from './address.ts';
import type { ListenAddress } from './address.ts';
import { LOG_LEVELS } from './config.ts';
import type { ConfigProblem, LogLevel } from './config.ts';
import type { VariableName } from './variables.ts';

/** Where settings come from: an environment with the flags laid over it. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Reads settings one by one and keeps what is wrong with them, so that all problems are told at once. */
export interface SettingsReader {
  readonly problems: readonly ConfigProblem[];
  report(variable: VariableName, message: string, hint: string): void;
  /** Undefined where it is not set, or set to nothing. */
  text(name: VariableName): string | undefined;
  address(name: VariableName, fallback?: string): ListenAddress | undefined;
  wholeNumber(
    name: VariableName,
    bounds: { readonly fallback: number; readonly least: number; readonly most: number },
  ): number;
  flag(name: VariableName, fallback?: '0' | '1'): boolean;
  level(name: VariableName, fallback: LogLevel): LogLevel;
}

/** Makes a reader that has found nothing wrong yet. */
export function createSettingsReader(settings: Settings): SettingsReader {
  const problems: ConfigProblem[] = [];
  const reader: SettingsReader = {
    problems,
    report(variable, message, hint) {
      problems.push({ variable, message, hint });
    },
    text: (name) => settings[name]?.trim() || undefined,

    address(name, fallback) {
      const text = reader.text(name) ?? fallback;
      const address = text === undefined ? undefined : decodeListenAddress(text);
      if (text !== undefined && address === undefined) {
        const hint = 'write HOST:PORT, 127.0.0.1:3000 for example';
        reader.report(name, `\`${text}\` is not an address`, hint);
      }
      return address;
    },

    wholeNumber(name, { fallback, least, most }) {
      const text = reader.text(name);
      if (text === undefined) return fallback;
      const value = Number(text);
      if (/^\d+$/.test(text) && value >= least && value <= most) return value;
      const hint = `write a whole number from ${least} to ${most}`;
      reader.report(name, `\`${text}\` is not a number`, hint);
      return fallback;
    },

    flag(name, fallback = '0') {
      const text = reader.text(name) ?? fallback;
      if (!['0', '1', 'true', 'false'].includes(text)) {
        reader.report(name, `\`${text}\` is neither 0 nor 1`, 'write 1 to switch it on');
      }
      return text === '1' || text === 'true';
    },

    level(name, fallback) {
      const text = reader.text(name) ?? fallback;
      const level = LOG_LEVELS.find((candidate) => candidate === text);
      if (level !== undefined) return level;
      reader.report(name, `\`${text}\` is not a level`, `write one of ${LOG_LEVELS.join(', ')}`);
      return fallback;
    },
  };
  return reader;
}
