/** The rules of the channel layer contract. Not exported; {@code ChannelLayerContract} runs them. */
@NullMarked
package io.channels4j.testing.contract;

import org.jspecify.annotations.NullMarked;
