/** What the library says, without a code and perhaps after the statement, when the connection is gone or could not be made in time. */
const CUT_MESSAGES =
  /(?:^| - )(?:Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout e|The server does not support SSL)/;

/** What the system says of a connection, and what the server says when it ends or refuses one (classes 08 and 57P, 53300). */
const CUT_CODES =
  /^(?:E(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|HOSTDOWN|NOTFOUND|AI_AGAIN)|08...|57P0[1-5]|53300|25006)$/;

/** Whether the connection was cut or could not be made, so that what was under way may or may not have been done. */
export function isCut(error: unknown): boolean {
  const { code, message, errors } = error as {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly errors?: readonly unknown[];
  };
  if (typeof code === 'string' && CUT_CODES.test(code)) return true;
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isCut); // one for each address of a name
  return code === undefined && typeof message === 'string' && CUT_MESSAGES.test(message);
}

/** Whether others were in the way, and nothing was done: 40001, 40P01 (class 40), 55P03. */
export const isConflict = (error: unknown): boolean =>
  /^(?:40001|40P01|55P03)$/.test(String((error as { readonly code?: unknown }).code));
