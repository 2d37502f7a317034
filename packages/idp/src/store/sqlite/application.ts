/** Marks a database file as ours: `AMBT`, in the header field that SQLite keeps for the purpose. */
export const APPLICATION_ID = 0x414d4254;
