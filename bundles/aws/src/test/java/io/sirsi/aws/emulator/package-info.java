/** A third party's emulator of AWS: how it is installed, started, filled and broken by tests. */
package io.sirsi.aws.emulator;
