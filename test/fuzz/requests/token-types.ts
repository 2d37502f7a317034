/** The token endpoint. */
export const TOKEN_PATH = '/oauth2/token';

/** Types of tokens (RFC 8693 §3). */
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
export const JWT = 'urn:ietf:params:oauth:token-type:jwt';

/** Grant types beside client credentials (RFC 8693 §2.1, RFC 7523 §2.1). */
export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
