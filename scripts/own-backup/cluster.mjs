import { Failure } from '../failure.mjs';

/**
 * A session of the superuser. What ends it is told by the next query.
 * @param {string} url
 * @returns {Promise<import('pg').Client>}
 */
export async function connectTo(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    application_name: 'holdfast backup',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Failure(
      `The database at ${new URL(url).host} refused the connection: ${error.message || error.code}.`,
      'Is it the data folder that this database belongs to (HOLDFAST_DATA_DIR), and is secrets.json its own?',
    );
  }
}
