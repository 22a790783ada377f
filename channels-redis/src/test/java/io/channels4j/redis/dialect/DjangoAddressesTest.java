package io.channels4j.redis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DjangoAddressesTest {

    private final DjangoAddresses addresses = new DjangoAddresses("asgi");

    /** Each row contains a name, the number of hosts, and the index of the host selected by Python's layer. */
    @ParameterizedTest
    @CsvSource({"key_one,2,1", "key_two,2,0", "key_one,10,6", "key_two,10,4", "asgispecific.abc,3,0", "key_one,1,0"})
    void selectsSameHostAsPython(String channel, int hosts, int host) {
        List<String> names = Collections.nCopies(hosts, "host");

        assertThat(addresses.host(addresses.channel(channel).partition(), names))
                .isEqualTo(host);
    }

    @ParameterizedTest
    @CsvSource({"room,3,2", "room,10,7"})
    void selectsHostByFullGroupName(String group, int hosts, int host) {
        Address address = addresses.group(group);

        assertThat(address.redisName()).isEqualTo("asgi__group__" + group);
        assertThat(addresses.host(address.partition(), Collections.nCopies(hosts, "host")))
                .isEqualTo(host);
    }
}
