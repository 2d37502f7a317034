import type { Command } from './command.ts';
import type { Input } from './syntax.ts';

/** What was typed after a command's name, once commander has read it. */
export function createInput(
  command: Command,
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Input {
  const optionalArgument = (name: string): string | undefined => {
    const index = (command.arguments ?? []).findIndex((argument) => argument.name === name);
    if (index < 0) throw new Error(`\`${command.name}\` declares no argument ${name}`);
    return positional[index] as string | undefined;
  };
  return {
    optionalArgument,
    argument(name) {
      const value = optionalArgument(name);
      if (value === undefined) {
        throw new Error(`argument ${name} of \`${command.name}\` is optional`);
      }
      return value;
    },
    value: (flag) => options[attributeOf(flag)] as string | undefined,
    values: (flag) => options[attributeOf(flag)] as readonly string[] | undefined,
    has: (flag) =>
      flag.startsWith('--no-')
        ? options[attributeOf(flag.replace('--no-', '--'))] === false
        : options[attributeOf(flag)] === true,
  };
}

/** Commander's name of a flag: `--tls-subject-dn` is `tlsSubjectDn`. */
const attributeOf = (flag: string): string =>
  flag.slice(2).replace(/-(.)/g, (_dash, letter: string) => letter.toUpperCase());
