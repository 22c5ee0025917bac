/** The width of a picture where none is given, in pixels. */
export const DEFAULT_WIDTH = 900;

/** The least width and height of a picture, in pixels. */
export const LEAST_WIDTH = 200;
export const LEAST_HEIGHT = 150;

/** The greatest width and height of a picture: a PNG of both takes 256 MB of memory. */
export const LARGEST = 4000;
