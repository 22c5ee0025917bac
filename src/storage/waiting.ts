/** The way to wait for a storage that cannot be used for now. */
export interface Waiting {
  /** The longest wait of a call, in milliseconds; 0 waits for nothing. Default 30,000. */
  readonly limitMs?: number;
  /**
   * Whether to wait, besides another program's lock, for a disk that is full, fails or may only be read, until somebody
   * has mended it. Default false: that is an error at once.
   */
  readonly forDisk?: boolean;
  /** Called with a line for people when somebody is kept waiting, and when the wait is over. */
  readonly onNotice?: (line: string) => void;
  /** Once it is aborted, a call waits for a moment at most. */
  readonly signal?: AbortSignal | undefined;
}
