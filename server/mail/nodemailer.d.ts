/** The part of nodemailer that is used here; the package has no types of its own. */
declare module 'nodemailer' {
  interface Envelope {
    from: string;
    to: string[];
  }
  export interface MailFile {
    filename: string;
    content: Buffer;
    contentType: string;
  }
  interface Message {
    from: string;
    to: string;
    envelope: Envelope;
    subject: string;
    text: string;
    html?: string;
    attachments?: MailFile[];
    messageId: string;
    date: Date;
    disableFileAccess: true;
    disableUrlAccess: true;
  }
  interface Sent {
    /** With `buffer: true` of the stream transport: the mail as it would travel. */
    message?: Buffer;
    /** What the server said to the mail. */
    response?: string;
  }
  interface Transport {
    sendMail(message: Message): Promise<Sent>;
    close(): void;
  }
  export function createTransport(options: Readonly<Record<string, unknown>>): Transport;
}
