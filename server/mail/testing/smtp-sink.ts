import { createServer, type Server, type Socket } from 'node:net';

/** A mail as it crossed the wire. */
interface ReceivedMail {
  readonly from: string;
  /** RCPT TO, as many as were named. */
  readonly to: readonly string[];
  readonly source: string;
}

export interface SmtpSink {
  readonly url: string;
  readonly received: ReceivedMail[];
  /** While set, every recipient is refused with it. */
  refusal: string | null;
  /** While set, the server falls silent there: before its greeting, or once it has kept a mail. */
  silentAt: 'greeting' | 'content' | null;
  /** How often somebody connected. */
  connections: number;
  close(): Promise<void>;
}

/**
 * An SMTP server (RFC 5321) on loopback that keeps what it is given.
 * @param port where one ran before; 0: a free one
 */
export async function openSmtpSink(port = 0): Promise<SmtpSink> {
  const received: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    sink.connections++;
    converse(socket, sink);
  });
  const sink: SmtpSink = {
    url: '',
    received,
    refusal: null,
    silentAt: null,
    connections: 0,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return closed(server);
    },
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return Object.assign(sink, { url: `smtp://127.0.0.1:${address.port}` });
}

function converse(socket: Socket, sink: SmtpSink): void {
  let [pending, from, source] = ['', '', ''];
  let to: string[] = [];
  let isContent = false;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hear = (line: string): void => {
    if (isContent) {
      if (line !== '.') source += `${line.replace(/^\./, '')}\r\n`;
      else {
        sink.received.push({ from, to, source });
        [isContent, source, to] = [false, '', []];
        if (sink.silentAt !== 'content') say('250 kept');
      }
      return;
    }
    if (/^(EHLO|HELO)/i.test(line)) say('250 sink');
    else if (/^MAIL FROM:/i.test(line)) say(((from = addressIn(line)), '250 ok'));
    else if (/^RCPT TO:/i.test(line)) {
      if (sink.refusal === null) to.push(addressIn(line));
      say(sink.refusal ?? '250 ok');
    } else if (/^DATA/i.test(line)) say(((isContent = true), '354 go on'));
    else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
    else say('250 ok');
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const lines = `${pending}${chunk.toString('utf8')}`.split('\r\n');
    pending = lines.pop() ?? '';
    lines.forEach(hear);
  });
  if (sink.silentAt !== 'greeting') say('220 sink');
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
