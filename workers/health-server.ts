import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { OwnFacts } from '@/domain/health/own-facts';
import { isLoopback } from '@/server/config';
import { AppError, ERROR_STATUS } from '@/server/errors';
import { healthReport } from '@/server/health/health-report';
import { ALIVE, type HealthAnswer } from '@/server/health/readiness';
import { answerMetrics, showsToken } from '@/server/metrics/answer-metrics';

/** What the worker answers on its port. */
export interface HealthParts {
  readonly readiness: () => Promise<HealthAnswer>;
  /** What was measured last; null: nothing yet. */
  readonly facts: () => OwnFacts | null;
  /** What has to be shown to read figures; null: nobody reads them. */
  readonly metricsToken: string | null;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Answers whether the worker lives (`/healthz`; `/health` as before) and whether its sweep gets through (`/readyz`), figures (`/metrics`), and
 * how the whole installation stands (`/report`, 200 or 503): to this machine, or to whoever shows the token of figures.
 */
export function createHealthServer({ readiness, facts, metricsToken }: HealthParts): http.Server {
  return http.createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      (error: unknown) => send(response, refusal(error)),
    );
  });

  async function answer(request: IncomingMessage): Promise<Answer> {
    switch (request.url ?? '') {
      case '/health':
      case '/healthz':
        return json(ALIVE);
      case '/readyz':
        return json(await readiness());
      case '/metrics': {
        const { contentType, text } = await answerMetrics(metricsToken, request.headers.authorization);
        return { status: 200, type: contentType, text };
      }
      case '/report':
        return report(request);
      default:
        throw nothingHere();
    }
  }

  function report(request: IncomingMessage): Answer {
    if (!isOfThisMachine(request) && !showsToken(metricsToken, request.headers.authorization))
      throw nothingHere();
    const { isWell, lines } = healthReport(facts(), Date.now());
    return { status: isWell ? 200 : 503, type: 'text/plain; charset=utf-8', text: `${lines.join('\n')}\n` };
  }
}

/** A page in a browser of this machine may have its name lead here: then it asks for that name. */
function isOfThisMachine({ socket, headers }: IncomingMessage): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return isLoopback((socket.remoteAddress ?? '').replace(/^::ffff:/, '')) && isLoopback(host);
}

const nothingHere = (): AppError => new AppError('not-found', 'There is nothing here.');

function json({ status, body }: HealthAnswer): Answer {
  return { status, type: 'application/json', text: JSON.stringify(body) };
}

function refusal(error: unknown): Answer {
  const status = error instanceof AppError ? ERROR_STATUS[error.code] : 500;
  const word = error instanceof AppError ? error.code : 'internal';
  return { status, type: 'application/json', text: JSON.stringify({ status: word }) };
}

function send(response: ServerResponse, { status, type, text }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
}
