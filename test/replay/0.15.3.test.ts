import { replayVersion } from './suite';

replayVersion('0.15.3');
